// The form stands right after the last reply shown: when it has been in view for a moment, the reply has been read.
const MOMENT = 1000;

for (const form of document.querySelectorAll("[data-behaviour~='read-position']")) {
  let timer;
  const observer = new IntersectionObserver(([entry]) => {
    clearTimeout(timer);
    if (entry.isIntersecting) timer = setTimeout(send, MOMENT);
  });

  async function send() {
    observer.disconnect();
    // The answer is a redirect to this very page; there is nothing to fetch there.
    const request = { method: "POST", body: new FormData(form), redirect: "manual", keepalive: true };
    const answer = await fetch(form.action, request).catch(() => undefined);
    if (answer?.type === "opaqueredirect") form.hidden = true; // otherwise the button is still there to press
  }

  observer.observe(form);
}
