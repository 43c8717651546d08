// Items are dragged by their handle or moved with the arrow keys, and the clock follows what is typed. The order goes with the
// form when it is saved; without this, every button is a page of its own.

for (const form of document.querySelectorAll("[data-behaviour~='agenda-lines']")) attach(form);

function attach(form) {
  const list = form.querySelector(".agenda-lines");
  const says = form.querySelector("[data-says]");
  const help = form.querySelector("[data-move-help]");
  const unsaved = form.querySelector("[data-unsaved-word]");
  const words = form.dataset;
  const wall = new Intl.DateTimeFormat("en-GB", { timeZone: words.zone, hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  let isChanged = false;
  let isLeaving = false;

  const lines = () => [...list.children];
  const minutesField = (line) => line.querySelector("[name$='-minutes']");
  const titleOf = (line) => line.querySelector("[name$='-title']").value.trim() || line.getAttribute("aria-label");
  const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

  function clock(moment) {
    const parts = Object.fromEntries(wall.formatToParts(moment).map(({ type, value }) => [type, value]));
    return `${Number(parts.hour)}${words.separator}${parts.minute}`;
  }

  function begins(line) {
    return line.querySelector("[data-begins]").textContent;
  }

  /* What is no number yet counts as nothing, as an empty field does. */
  function tell() {
    let sum = 0;
    const start = Date.parse(words.starts);
    for (const line of lines()) {
      line.querySelector("[data-begins]").textContent = clock(new Date(start + sum * 60000));
      sum += Math.max(0, Math.trunc(Number(minutesField(line).value)) || 0);
    }
    const overrun = form.querySelector("[data-overrun]");
    const over = Math.max(0, sum - Number(words.length));
    for (const place of form.querySelectorAll("[data-fill]")) place.textContent = filled(place.dataset.fill, { sum });
    const sentence = overrun.querySelector("[data-by]");
    if (over > 0) sentence.textContent = (over === 1 ? sentence.dataset.one : sentence.dataset.many).replace(/\d+/, over);
    overrun.hidden = over === 0;
    const first = list.firstElementChild;
    const last = list.lastElementChild;
    for (const line of lines())
      for (const button of line.querySelectorAll("[data-step]"))
        button.hidden = line === (button.dataset.step === "1" ? last : first);
  }

  function changed() {
    isChanged = true;
    unsaved.textContent = words.unsaved;
    unsaved.hidden = false;
  }

  function settle(line) {
    form.elements.order.value = lines().map((one) => one.dataset.item).join(",");
    changed();
    tell();
    const all = lines();
    says.textContent = filled(words.said, {
      title: titleOf(line),
      number: all.indexOf(line) + 1,
      all: all.length,
      time: begins(line),
    });
  }

  /* Lets a line stand at `index`. Its neighbours move around it: a node that moves loses the focus, and the pointer that holds it. */
  function put(line, index) {
    const others = lines().filter((one) => one !== line);
    const here = lines().indexOf(line);
    const place = Math.min(Math.max(index, 0), others.length);
    for (let at = here; at < place; at += 1) list.insertBefore(others[at], line);
    for (let at = here - 1; at >= place; at -= 1) list.insertBefore(others[at], line.nextSibling);
    return place !== here;
  }

  function step(line, index) {
    if (!put(line, index)) return;
    settle(line);
    line.scrollIntoView({ block: "nearest" });
  }

  /* Both buttons are there for every line, so that a line that comes away from an end has its way back. */
  function complete(line) {
    const row = line.querySelector(".button-row");
    for (const value of ["1", "-1"]) {
      if (row.querySelector(`[data-step='${value}']`)) continue;
      const model = list.querySelector(`[data-step='${value}']`);
      if (!model) continue;
      const button = model.cloneNode(true);
      button.value = `${value === "1" ? "down" : "up"}:${line.dataset.item}`;
      button.querySelector("span").textContent = `: ${line.getAttribute("aria-label")}`;
      button.hidden = true;
      const up = row.querySelector("[data-step='-1']");
      row.insertBefore(button, value === "-1" ? row.firstChild : (up?.nextSibling ?? row.firstChild));
    }
  }

  function drag(line, handle, event) {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    const before = lines().indexOf(line);
    let at = event.clientY;
    handle.setPointerCapture(event.pointerId);
    hold();
    let frame = requestAnimationFrame(follow);

    /* The lines become small, and yet the handle stays below the pointer: the page goes up, and what is missing is put above. */
    function hold() {
      const top = handle.getBoundingClientRect().top;
      line.classList.add("is-dragged");
      list.classList.add("is-sorting");
      scrollBy({ top: handle.getBoundingClientRect().top - top, behavior: "instant" });
      const missing = top - handle.getBoundingClientRect().top;
      if (missing > 0) list.style.marginBlockStart = `${missing + parseFloat(getComputedStyle(list).marginBlockStart)}px`;
    }

    /* Near an edge the page comes along. */
    function follow() {
      const edge = 80;
      const near = at < edge ? at - edge : at > innerHeight - edge ? at - innerHeight + edge : 0;
      if (near) scrollBy(0, near / 4);
      place();
      frame = requestAnimationFrame(follow);
    }

    /* While one drags, the lines are rows of one height (agenda-line.css), so past the middle of a neighbour is its place. */
    function place() {
      const others = lines().filter((one) => one !== line);
      const here = lines().indexOf(line);
      let index = here;
      while (index > 0 && at < middle(others[index - 1])) index -= 1;
      while (index < others.length && at > middle(others[index])) index += 1;
      if (index !== here) put(line, index);
    }

    function middle(one) {
      const box = one.getBoundingClientRect();
      return box.top + box.height / 2;
    }

    function move(pointer) {
      at = pointer.clientY;
    }

    function end(isDropped) {
      cancelAnimationFrame(frame);
      if (isDropped) place();
      line.classList.remove("is-dragged");
      list.classList.remove("is-sorting");
      list.style.marginBlockStart = "";
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("pointerup", drop);
      handle.removeEventListener("pointercancel", stop);
      document.removeEventListener("keydown", key, true);
      const isElsewhere = lines().indexOf(line) !== before;
      if (isDropped && isElsewhere) settle(line);
      if (!isDropped) {
        put(line, before);
        tell();
        says.textContent = filled(words.cancelled, { title: titleOf(line) });
      }
      line.scrollIntoView({ block: "nearest" });
    }

    const drop = (pointer) => {
      at = pointer.clientY;
      end(true);
    };
    const stop = () => end(false);
    const key = (pressed) => {
      if (pressed.key !== "Escape") return;
      pressed.preventDefault();
      end(false);
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("pointerup", drop);
    handle.addEventListener("pointercancel", stop);
    document.addEventListener("keydown", key, true);
  }

  for (const line of lines()) {
    complete(line);
    const handle = line.querySelector("[data-handle]");
    if (!handle) continue;
    handle.hidden = false;
    handle.addEventListener("pointerdown", (event) => drag(line, handle, event));
    handle.addEventListener("keydown", (event) => {
      const here = lines().indexOf(line);
      const to = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: lines().length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      step(line, to);
    });
  }

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-step]");
    if (!button) return;
    event.preventDefault();
    const line = button.closest(".agenda-line");
    step(line, lines().indexOf(line) + Number(button.dataset.step));
    if (button.hidden) line.querySelector("[data-step]:not([hidden])")?.focus({ preventScroll: true });
  });
  form.addEventListener("input", () => {
    changed();
    tell();
  });
  form.addEventListener("submit", () => {
    isLeaving = true;
  });
  addEventListener("beforeunload", (event) => {
    if (isChanged && !isLeaving) event.preventDefault();
  });

  if (help) help.hidden = false;
  tell();
}
