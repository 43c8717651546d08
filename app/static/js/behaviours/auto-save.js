// Saves each text a moment after one stops typing, and keeps it here until the server has it.

const PAUSE = 1500;
const AGAIN = 5000;
const summary = document.querySelector("[data-auto-save-summary]");
const editors = [...document.querySelectorAll("[data-behaviour~='auto-save']")].map(watch);
let leaving = false;

function watch(form) {
  const { text: field, base } = form.elements;
  const status = form.querySelector(".saved");
  const button = form.querySelector("[data-auto-save-button]");
  const words = form.dataset;
  let known = field.hasAttribute("aria-invalid") ? null : field.defaultValue; // what the server has
  let sent = null; // what is on its way, or whose answer was lost: it goes again first, so that the server knows it
  let running = null;
  let timer = 0;
  let stopped = false;
  let passing = false;

  const isDirty = () => sent !== null || field.value !== known;

  function show(says, state = "") {
    status.hidden = false;
    status.className = `saved${state && ` saved--${state}`}`;
    status.toggleAttribute("role", false);
    if (state === "fail") status.setAttribute("role", "alert");
    status.textContent = says;
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function save() {
    if (!running && !stopped && isDirty()) running = send().finally(() => (running = null));
    return running;
  }

  async function send() {
    clearTimeout(timer);
    sent ??= field.value;
    show(words.saving, "busy");
    const body = new FormData(form);
    body.set("text", sent);
    let answer;
    let told = {};
    try {
      answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual", keepalive: document.hidden });
      if (answer.headers.get("content-type")?.startsWith("application/json")) told = await answer.json();
    } catch {
      answer = null;
    }
    if (answer?.ok) {
      known = sent;
      sent = null;
      base.value = told.number;
      show(told.says);
      if (summary) [summary.hidden, summary.textContent] = [false, told.says];
      if (isDirty()) later(PAUSE);
    } else if (answer?.status === 409) {
      stopped = true;
      sent = null;
      show(told.says, "fail");
      button.hidden = false;
      button.textContent = words.both; // sending the form as it stands shows both texts
    } else if (!answer || answer.type === "opaqueredirect" || answer.status === 429 || answer.status >= 500) {
      show(answer?.type === "opaqueredirect" ? words.signedOut : words.lost, "fail");
      later(AGAIN);
    } else {
      sent = null; // what was refused once is refused again, until it is changed
      show(told.says ?? words.refused, "fail");
    }
  }

  button.hidden = true;
  field.addEventListener("input", () => {
    if (stopped) return;
    if (!running) show(words.unsaved, "busy");
    later(PAUSE);
  });
  field.addEventListener("blur", save);
  addEventListener("online", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  form.addEventListener("submit", async (event) => {
    if (passing || stopped || !(running || isDirty())) return void (leaving = true);
    event.preventDefault(); // saved first: a page that cannot be reached would take the text along
    const { submitter } = event;
    await running;
    await save();
    if (sent !== null) return;
    passing = true;
    form.requestSubmit(submitter);
  });
  return { isDirty, save };
}

// Any other form or link on the page leaves too: what is not yet saved is saved first, or one is asked.
addEventListener("beforeunload", (event) => {
  const waiting = editors.filter((editor) => editor.isDirty());
  if (waiting.length && !leaving) {
    waiting.forEach((editor) => editor.save());
    event.preventDefault();
  }
});
