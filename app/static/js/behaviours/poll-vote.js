// Saves each vote as it is clicked, in the order of the clicks; without it the form's button saves them all.

document.querySelectorAll("[data-behaviour~='poll-vote']").forEach(watch);

function watch(form) {
  const status = form.querySelector(".saved");
  const words = form.dataset;
  const waiting = new Map(); // name → value: the last click on each date counts
  let running = false;

  function show(says, state = "") {
    status.hidden = false;
    status.className = `saved${state && ` saved--${state}`}`;
    status.textContent = says;
  }

  async function send() {
    if (running || waiting.size === 0) return;
    running = true;
    const sent = new Map(waiting);
    waiting.clear();
    show(words.saving, "busy");
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    sent.forEach((value, name) => body.set(name, value));
    let answer = null;
    let told = {};
    try {
      answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.headers.get("content-type")?.startsWith("application/json")) told = await answer.json();
    } catch {
      answer = null;
    }
    running = false;
    if (answer?.ok && told.says) {
      if (waiting.size === 0) {
        show(told.says);
        renew(told);
      }
    } else {
      show(answer?.type === "opaqueredirect" ? words.signedOut : told.says ?? words.lost, "fail");
    }
    send();
  }

  function renew({ counts, best, results }) {
    Object.entries(counts).forEach(([id, says]) => {
      const place = form.querySelector(`[data-can="${id}"]`);
      if (place) place.textContent = says;
    });
    put("best", best);
    put("results", results);
  }

  form.addEventListener("change", ({ target }) => {
    if (target.name !== "word" && target.type !== "radio") return;
    waiting.set(target.name, target.value);
    send();
  });
}

// What somebody has unfolded stays unfolded.
function put(id, html) {
  const old = document.getElementById(id);
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(id);
  if (!old || !fresh) return;
  const open = [...old.querySelectorAll("details")].map((one) => one.open);
  fresh.querySelectorAll("details").forEach((one, number) => (one.open = open[number] ?? one.open));
  old.replaceWith(fresh);
}
