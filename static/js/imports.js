/* A file for import is dropped or chosen and sent with a bar; without this file the form does the same. */
"use strict";

(() => {
  const { max, tooLarge } = document.currentScript.dataset;
  const form = document.querySelector("[data-import-form]");
  const drop = form.querySelector("[data-import-drop]");
  const input = form.querySelector("input[type=file]");
  const state = form.querySelector("[data-import-state]");
  let running = false;

  for (const shown of form.querySelectorAll("[data-import-script]")) shown.hidden = false;

  function say(text, kind = "") {
    state.dataset.kind = kind;
    state.textContent = text;
  }

  function isTooLarge(file) {
    if (file.size <= Number(max)) return false;
    const size = Math.ceil(file.size / (1024 * 1024));
    say(tooLarge.replace("{file}", file.name).replace("{size}", size), "bad");
    return true;
  }

  function send() {
    const request = new XMLHttpRequest();
    const bar = Object.assign(document.createElement("progress"), { max: 100, value: 0 });
    bar.setAttribute("aria-label", "Unggahan");
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    say("Mengunggah…");
    state.append(bar);
    running = true;
    request.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = total ? loaded * 100 / total : 0; });
    request.addEventListener("load", () => settle(request));
    request.addEventListener("error", () => {
      running = false;
      say("Sambungan terputus. Berkas masih dipilih di halaman ini; tekan “Unggah dan baca” lagi.", "bad");
    });
    request.send(new FormData(form));
  }

  function settle(request) {
    running = false;
    let answer = null;
    try { answer = JSON.parse(request.responseText); } catch { /* a page: the gate, or a server in trouble */ }
    if (request.status === 200 && answer?.url) {
      say("Terunggah.");
      window.location.assign(answer.url);
    } else if (answer?.error) {
      say(answer.error, "bad");
    } else if (request.status === 403) {
      say("Sesi berakhir. Masuk lagi di tab baru, lalu tekan “Unggah dan baca” lagi; berkas masih dipilih.", "bad");
    } else {
      say("Server belum menjawab. Tekan “Unggah dan baca” lagi; berkas masih dipilih.", "bad");
    }
  }

  form.addEventListener("submit", (event) => {
    const [file] = input.files;
    if (!file) return; // the server says what is missing
    event.preventDefault();
    if (!running && !isTooLarge(file)) send();
  });

  input.addEventListener("change", () => {
    const [file] = input.files;
    say("");
    if (file) isTooLarge(file);
  });

  // Dropping anywhere on the page is dropping here.

  const hasFiles = (event) => [...event.dataTransfer.types].includes("Files");

  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    drop.classList.add("is-aimed");
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("is-aimed"); });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    drop.classList.remove("is-aimed");
    if (running) return;
    const taken = new DataTransfer();
    taken.items.add(event.dataTransfer.files[0]);
    input.files = taken.files;
    say("");
    if (isTooLarge(taken.files[0])) return;
    if (form.querySelector("[name=place]").value) form.requestSubmit();
    else say("Pilih dahulu untuk perangkat daerah mana, lalu tekan “Unggah dan baca”.");
  });
})();
