// Once the days of a series stand there, they follow every change of the form at once: remarks, hosts, how many are called.

const form = document.querySelector("[data-behaviour~='live-plan']");
let asked = 0;

async function refresh() {
  const mine = ++asked;
  const body = new FormData(form);
  body.set("act", "preview");
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (!answer?.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const days = page.getElementById("days");
  if (!days || mine !== asked) return; // something is wrong with the rule: the button says what
  const focused = document.activeElement?.id;
  document.getElementById("days").replaceWith(days);
  if (focused) document.getElementById(focused)?.focus();
}

form?.addEventListener("change", () => document.getElementById("days") && refresh());
