// Says beside the date what speaks against it, as soon as it is chosen. What has been shown here needs no second look.

for (const root of document.querySelectorAll("[data-behaviour~='day-remarks']")) {
  const field = root.querySelector("[name=date]");
  const place = root.querySelector("[data-day-remarks]");
  const seen = field.form.elements.seen;
  let asked = 0;

  field.addEventListener("change", async () => {
    const number = ++asked;
    place.textContent = "";
    if (!field.value) return;
    let html = "";
    try {
      const answer = await fetch(`${root.dataset.asks}?date=${encodeURIComponent(field.value)}`, { redirect: "manual" });
      if (!answer.ok) return;
      html = await answer.text();
    } catch {
      return; // the form itself says it when it is sent
    }
    if (number !== asked) return;
    place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    if (seen && /^\d{4}-\d{2}-\d{2}$/.test(field.value)) seen.value = field.value;
  });
}
