// Prints the page. Without it, the browser's own menu does.
for (const button of document.querySelectorAll("[data-behaviour='print']")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
