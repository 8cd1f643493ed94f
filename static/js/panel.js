/* The side panel of a row: beside the grid where there is room for both, over it where there is none. What is
   written in it and not sent stays in this tab. Without this file "Rincian" leads to a page that says the same. */
"use strict";

const panel = document.getElementById("rincian");
const wide = window.matchMedia("(min-width: 1100px)");
const rowOf = (element) => element.closest(".fill-row") ?? element.closest(".fill-more")?.previousElementSibling;
const links = [...document.querySelectorAll("[data-panel]")];
let shown = null; // the link of the row in the panel
let cameFrom = null; // where the focus goes back to
let watcher = null;

for (const link of links) {
  link.setAttribute("aria-expanded", "false");
  link.setAttribute("aria-controls", panel.id);
}

function show() {
  if (panel.open) return;
  if (wide.matches) panel.show();
  else panel.showModal();
}

async function open(link) {
  const isNew = link !== shown;
  cameFrom = document.activeElement === document.body ? link : document.activeElement;
  mark(link);
  if (isNew) {
    const wait = document.createElement("p");
    wait.id = "rincian-judul";
    wait.tabIndex = -1;
    wait.textContent = "Memuat rincian…";
    panel.replaceChildren(wait);
  }
  show();
  if (wide.matches) rowOf(link).scrollIntoView({ block: "nearest" }); // the grid grew narrower, and so longer
  if (isNew) {
    try {
      await htmx.ajax("GET", link.href, { source: panel, target: panel, swap: "innerHTML" });
    } catch { /* said by portal.js */ }
    if (shown !== link) return;
    if (!panel.querySelector("[data-close]")) fail(link);
    else watch(link);
  }
  document.getElementById("rincian-judul").focus({ preventScroll: wide.matches });
  panel.scrollTop = 0;
}

function fail(link) {
  const words = document.getElementById("rincian-judul");
  words.textContent = "Rincian tidak dapat dimuat. ";
  const page = document.createElement("a");
  page.href = link.href;
  page.textContent = "Buka sebagai halaman";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-secondary btn-sm";
  close.dataset.close = "";
  close.textContent = "Tutup";
  panel.append(page, close);
  shown = null; // the next try loads again
}

function mark(link) {
  for (const other of links) {
    other.setAttribute("aria-expanded", String(other === link));
    rowOf(other).classList.toggle("is-shown", other === link);
  }
  shown = link ?? shown;
}

// A figure saved in the grid changes what the panel says of it.
function watch(link) {
  watcher?.disconnect();
  const outcome = rowOf(link).querySelector(".outcome");
  watcher = new MutationObserver(() => {
    if (shown !== link) return;
    htmx.ajax("GET", link.href, { source: "#rincian-hasil", target: "#rincian-hasil", select: "#rincian-hasil", swap: "outerHTML" });
    for (const part of panel.querySelectorAll("#tren[open], #riwayat[open]")) {
      htmx.ajax("GET", part.getAttribute("hx-get"), { source: part, target: part.querySelector(".panel-part-body"), swap: "innerHTML" });
    }
  });
  watcher.observe(outcome, { childList: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-panel]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (link === shown && panel.open) panel.close();
  else open(link);
});

// Alt+R leads from a cell to the panel of its row, and back.
document.addEventListener("keydown", (event) => {
  const active = document.activeElement;
  if (event.key === "Escape" && panel.open && panel.contains(active) && !event.defaultPrevented) {
    event.preventDefault();
    panel.close();
  } else if (event.altKey && event.code === "KeyR" && !event.ctrlKey && !event.metaKey) {
    const link = rowOf(active)?.nextElementSibling.querySelector("[data-panel]");
    if (link) open(link);
    else if (panel.contains(active)) cameFrom?.focus();
    else return;
    event.preventDefault();
  }
});

let moves = false;
panel.addEventListener("close", () => {
  if (moves) return;
  mark(null);
  cameFrom?.focus();
});
wide.addEventListener("change", () => {
  if (!panel.open) return;
  const active = document.activeElement;
  moves = true;
  panel.close();
  show();
  active.focus({ preventScroll: true });
  window.setTimeout(() => { moves = false; });
});

// Notes not sent yet

const keep = (area) => {
  try {
    if (area.value) sessionStorage.setItem(area.dataset.draft, area.value);
    else sessionStorage.removeItem(area.dataset.draft);
  } catch { /* full or forbidden */ }
};
panel.addEventListener("input", (event) => { if (event.target.dataset.draft) keep(event.target); });
panel.addEventListener("htmx:load", () => {
  for (const area of panel.querySelectorAll("[data-draft]")) {
    if ("sent" in area.dataset) keep(area);
    else if (!area.value) {
      try {
        area.value = sessionStorage.getItem(area.dataset.draft) ?? "";
      } catch { /* forbidden */ }
    }
  }
});
