// Where the agenda lies down as a strip, slides it to the item whose time it is.

const current = document.querySelector(".rail [aria-current]");
const strip = current?.closest("ol");
if (strip) strip.scrollLeft = current.offsetLeft - strip.offsetLeft;
