/* Small comforts; every page works without them. No library, no inline handlers, nothing kept. */
"use strict";

// A rejected form is read first: focus goes to its summary (but not to the sample of one in the gallery).
document.querySelector("[data-focus]:not([data-sample] *)")?.focus();

// A link of the error summary may point at a group of choices; focus its first input.
document.addEventListener("click", (event) => {
  const link = event.target.closest(".error-summary a[href^='#']");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  const input = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea");
  (input ?? target).focus();
  (target.closest(".field") ?? target).scrollIntoView({ block: "center" });
});

// Menus close on Escape (focus returns) and on a click elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// data-dialog="id" opens a <dialog>; without script the same link leads to a page that asks.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
  } else if (event.target.closest("[data-close]")) {
    event.target.closest("dialog")?.close();
  } else if (event.target.closest("[data-print]")) {
    window.print();
  }
});

// What is folded on the screen stands on paper, where nobody can press it; what was never loaded stays out.
const unfolded = new Set();
window.addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("main details:not([open], .menu, .fill .more, .panel-part)")) {
    folded.open = true;
    unfolded.add(folded);
  }
});
window.addEventListener("afterprint", () => {
  for (const folded of unfolded) folded.open = false;
  unfolded.clear();
});

// form[data-guard]: leaving with unsaved changes asks first. A rejected form counts as unsaved.
const guarded = new Set();
for (const form of document.querySelectorAll("form[data-guard]")) {
  if (form.querySelector("[aria-invalid=true]")) guarded.add(form);
  form.addEventListener("input", () => guarded.add(form));
  form.addEventListener("submit", () => guarded.delete(form));
}
window.addEventListener("beforeunload", (event) => {
  if (guarded.size) event.preventDefault();
});

// Signing in again in another tab gives the browser a new token; what is still open sends that one.
function renewToken(fields, name = "csrfmiddlewaretoken") {
  const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (token && fields[name]) fields[name] = token;
}
document.addEventListener("submit", (event) => {
  for (const input of event.target.querySelectorAll("input[name=csrfmiddlewaretoken]")) renewToken(input, "value");
}, true);
document.addEventListener("htmx:configRequest", ({ detail }) => {
  renewToken(detail.headers, "X-CSRFToken");
  renewToken(detail.parameters);
});

// What htmx asked for and did not get is said, not swallowed.
function say(text) {
  const live = document.getElementById("live");
  live.textContent = text;
  window.setTimeout(() => { live.textContent = ""; }, 8000);
}
document.addEventListener("htmx:sendError", () => say("Sambungan terputus. Isian Anda masih ada di halaman ini; coba lagi sebentar."));
document.addEventListener("htmx:responseError", (event) => say(event.detail.xhr.status === 403
  ? "Sesi Anda sudah berakhir. Isian Anda masih ada di halaman ini: masuk lagi di tab baru, lalu lanjutkan di sini."
  : "Server tidak dapat menjawab. Isian Anda masih ada di halaman ini; coba lagi sebentar."));
