// Says how good a password is while it is being written. The server weighs it, since it knows what is easy to guess here.
const PAUSE = 350;

for (const box of document.querySelectorAll("[data-behaviour=password-meter]")) {
  const field = document.getElementById(box.dataset.field);
  const meter = box.querySelector(".meter");
  const word = meter.querySelector(".meter__word");
  const says = meter.querySelector(".meter__says");
  const token = field.form.elements.csrf_token.value;
  let timer = 0;
  let asked = 0;

  function show(step, sentence) {
    meter.hidden = false;
    meter.className = `meter meter--${step}`;
    word.textContent = word.dataset[step];
    says.textContent = sentence;
  }

  async function weigh() {
    const number = ++asked;
    const body = new URLSearchParams({ csrf_token: token, password: field.value });
    try {
      const answer = await fetch(box.dataset.asks, { method: "POST", body, redirect: "manual" });
      if (!answer.ok) return;
      const told = await answer.json();
      if (number === asked) show(told.step, told.says);
    } catch {
      // without an answer the form tells all the same when it is sent
    }
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    asked += 1; // what is on its way speaks of another word
    if (!field.value) meter.hidden = true;
    else timer = setTimeout(weigh, PAUSE);
  });
}
