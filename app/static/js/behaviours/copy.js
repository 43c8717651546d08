/* Copies a field at the press of a button. Without it, the field is simply selected and copied by hand. */
for (const button of document.querySelectorAll("[data-behaviour=copy]")) {
  const field = document.getElementById(button.dataset.copies);
  const words = button.textContent;
  button.hidden = !navigator.clipboard;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = words; }, 4000);
    } catch {
      field.focus();
    }
  });
}
