/* Evidence is uploaded in the background, file by file: dropped on a row or the page, chosen, or taken by the camera.
   Each file keeps its key, so that what is sent again counts once; what fails stays in the list with its reason.
   In the grid the evidence of a row opens in a dialog. Without this file all of it are plain forms and pages. */
"use strict";

(() => {
  const { max, tooBig, login } = document.currentScript.dataset;
  const PART = { "HX-Request": "true" };

  const place = (element) => element.closest("[data-evidence]");
  const make = (name, className, text = "") => Object.assign(document.createElement(name), { className, textContent: text });
  const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1]
    ?? document.querySelector("[name=csrfmiddlewaretoken]").value;
  const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const sizeText = (bytes) => (bytes < 1024 * 1024
    ? `${Math.ceil(bytes / 1024)} KB`
    : `${(Math.ceil(bytes * 10 / (1024 * 1024)) / 10).toString().replace(".", ",")} MB`);

  // One list of uploads for each row, wherever it is shown: in the row, or in the dialog while that is open.

  const lists = new Map();

  function listOf(url) {
    if (!lists.has(url)) {
      const box = make("div", "uploads");
      const spoken = make("p", "visually-hidden");
      spoken.setAttribute("role", "status");
      const items = make("ul", "upload-list");
      box.append(spoken, items);
      lists.set(url, { box, spoken, items });
      home(url).append(box);
    }
    return lists.get(url);
  }

  function home(url) {
    const where = document.querySelector(`[data-evidence="${url}"]:not(dialog *)`);
    return where.querySelector("[data-evidence-uploads]") ?? where;
  }

  // The queue: one file at a time, so that a slow line finishes some instead of none.

  const queue = [];
  const cut = new Set(); // sent again by themselves once the line is back
  let running = null;

  const pending = () => queue.length > 0 || running !== null;

  function take(url, files) {
    for (const file of files) {
      const item = draw(url, file);
      if (file.size > Number(max)) fail(item, tooBig.replace("{}", sizeText(file.size)));
      else enqueue(item);
    }
  }

  function enqueue(item) {
    cut.delete(item);
    item.state.textContent = "Menunggu giliran…";
    item.choices.replaceChildren();
    item.row.dataset.kind = "";
    queue.push(item);
    next();
  }

  function next() {
    if (running || !queue.length) return;
    running = queue.shift();
    send(running, () => { running = null; next(); });
  }

  function draw(url, file) {
    const list = listOf(url);
    const row = make("li", "upload");
    const name = make("b", "upload-name", file.name);
    const bar = make("progress", "");
    Object.assign(bar, { max: 100, value: 0 });
    bar.setAttribute("aria-label", `Unggahan ${file.name}`);
    const state = make("span", "upload-state");
    const choices = make("span", "upload-choices");
    row.append(name, bar, state, choices);
    list.items.append(row);
    return { url, file, list, row, bar, state, choices, key: newKey() };
  }

  function send(item, done) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("key", item.key);
    body.append("files", item.file);
    request.open("POST", item.url);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("Accept", "application/json");
    item.bar.hidden = false;
    item.bar.value = 0;
    speak(item, `Mengunggah ${item.file.name}…`);
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const part = total ? Math.round(loaded * 100 / total) : 0;
      item.bar.value = part;
      item.state.textContent = part < 100 ? `${part}%` : "Diperiksa…";
    });
    request.addEventListener("load", () => { settle(item, request); done(); });
    request.addEventListener("error", () => {
      offer(item, "Sambungan terputus. Berkas masih dipilih di halaman ini.", { retry: true });
      cut.add(item);
      done();
    });
    request.send(body);
  }

  function settle(item, request) {
    let answer = null;
    try { answer = JSON.parse(request.responseText); } catch { /* a page: the gate, or a server in trouble */ }
    if (request.status === 200 && answer) {
      succeed(item, answer);
    } else if (answer?.error) {
      fail(item, answer.error);
    } else if (request.status === 403) {
      offer(item, "Sesi berakhir. Berkas masih dipilih di halaman ini: masuk lagi di tab baru, lalu pilih Coba lagi.", { retry: true, session: true });
    } else if (request.status === 413) {
      fail(item, tooBig.replace("{}", sizeText(item.file.size)));
    } else {
      offer(item, "Server belum menjawab. Berkas masih dipilih di halaman ini.", { retry: true });
    }
  }

  function succeed(item, { sentence, count }) {
    item.bar.hidden = true;
    item.row.dataset.kind = "ok";
    speak(item, sentence);
    item.choices.replaceChildren();
    for (const badge of document.querySelectorAll(`[data-evidence="${item.url}"] [data-count]`)) badge.textContent = count;
    refresh(item.url);
  }

  function fail(item, why) {
    offer(item, `Belum diunggah. ${why}`, { retry: false });
    // In the grid somebody types elsewhere meanwhile; the row says it there.
    if (item.row.closest("dialog, [data-page]")) item.row.scrollIntoView({ block: "nearest" });
  }

  function offer(item, why, { retry, session = false }) {
    item.bar.hidden = true;
    item.row.dataset.kind = "bad";
    speak(item, why);
    item.choices.replaceChildren();
    if (session) {
      const link = make("a", "btn btn-secondary btn-sm", "Masuk lagi");
      Object.assign(link, { href: login, target: "_blank", rel: "noopener" });
      item.choices.append(link);
    }
    if (retry) item.choices.append(button("Coba lagi", item, () => enqueue(item)));
    item.choices.append(button("Buang", item, () => { cut.delete(item); item.row.remove(); }));
  }

  function button(words, item, act) {
    const made = make("button", "btn btn-secondary btn-sm", words);
    made.type = "button";
    made.append(make("span", "visually-hidden", ` ${item.file.name}`));
    made.addEventListener("click", act);
    return made;
  }

  function speak(item, text) {
    item.state.textContent = text;
    item.list.spoken.textContent = `${item.file.name}: ${text}`;
  }

  window.addEventListener("online", () => { for (const item of [...cut]) enqueue(item); });
  window.addEventListener("beforeunload", (event) => { if (pending()) event.preventDefault(); });

  // The panel: what is listed is renewed, what is being chosen and uploaded stays.

  const asked = new Map(); // how often each list was asked for

  async function refresh(url) {
    const panel = document.querySelector(`[data-evidence-panel="${url}"], [data-page][data-evidence="${url}"]`);
    if (!panel) return;
    const mine = (asked.get(url) ?? 0) + 1;
    asked.set(url, mine);
    const html = await part(url);
    if (mine !== asked.get(url)) return; // a later answer says more
    const fresh = html && new DOMParser().parseFromString(html, "text/html").querySelector("[data-evidence-rows]");
    if (!fresh) return;
    const refused = [...panel.querySelectorAll(".upload[data-kind=bad]")].filter(isInView).at(-1);
    panel.querySelector("[data-evidence-rows]").replaceWith(fresh);
    refused?.scrollIntoView({ block: "nearest" }); // a longer list does not push away what is being read
  }

  function isInView(element) {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= window.innerHeight;
  }

  async function part(url, options = {}) {
    try {
      const response = await fetch(url, { headers: PART, ...options });
      return response.ok ? await response.text() : "";
    } catch {
      return "";
    }
  }

  function ready(root) {
    for (const shown of root.querySelectorAll("[data-evidence-script]")) shown.hidden = false;
    for (const plain of root.querySelectorAll("[data-evidence-plain]")) plain.hidden = true;
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-evidence-form]");
    if (!form || event.target.type !== "file") return;
    take(form.getAttribute("action"), event.target.files);
    event.target.value = "";
  });

  // The dialog of the grid

  let dialog = null;

  document.addEventListener("click", (event) => {
    const opener = event.target.closest(".evidence-open");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(place(opener));
  });

  async function open(cell) {
    const url = cell.dataset.evidence;
    const html = await part(url);
    if (!html) {
      window.location.assign(url); // the page itself says what is wrong
      return;
    }
    dialog = make("dialog", "dialog evidence-dialog");
    dialog.setAttribute("aria-labelledby", "bukti-judul");
    const head = make("div", "evidence-head");
    const title = make("h2", "", `Bukti dukung: ${cell.dataset.name}`);
    title.id = "bukti-judul";
    const close = make("button", "btn btn-secondary btn-sm", "Tutup");
    Object.assign(close, { type: "button" });
    close.addEventListener("click", () => dialog.close());
    head.append(title, close);
    const panel = make("div", "evidence-panel");
    panel.dataset.evidencePanel = url;
    panel.dataset.evidence = url;
    if (cell.hasAttribute("data-takes")) panel.dataset.takes = "";
    dialog.append(head, panel);
    dialog.addEventListener("close", () => leave(url));
    document.body.append(dialog);
    fill(panel, html);
    dialog.showModal();
  }

  function fill(panel, html) {
    const url = panel.dataset.evidencePanel;
    panel.innerHTML = html;
    ready(panel);
    const uploads = panel.querySelector("[data-evidence-uploads]");
    if (uploads) uploads.append(listOf(url).box);
    count(url, panel);
    panel.querySelector("[data-focus], [aria-invalid=true]")?.focus();
  }

  function count(url, panel) {
    const number = panel.querySelector("[data-evidence-rows]").dataset.number;
    for (const badge of document.querySelectorAll(`[data-evidence="${url}"] [data-count]`)) {
      badge.textContent = number === "0" ? "belum ada" : number;
    }
  }

  function leave(url) {
    if (lists.has(url)) home(url).append(lists.get(url).box);
    dialog.remove();
    dialog = null;
  }

  // Forms in the dialog stay in the dialog.
  document.addEventListener("submit", async (event) => {
    const panel = event.target.closest("[data-evidence-panel]");
    if (!panel) return;
    event.preventDefault();
    const html = await part(event.target.action, { method: "POST", body: new FormData(event.target) });
    if (html) fill(panel, html);
    else notice(panel, "Belum tersimpan: sesi berakhir atau sambungan terputus. Masuk lagi di tab baru, lalu ulangi di sini.");
  });

  function notice(panel, text) {
    panel.querySelector(".evidence-notice")?.remove();
    const box = make("p", "evidence-notice", text);
    box.setAttribute("role", "alert");
    panel.prepend(box);
  }

  // Dragging: a row of the grid, the dialog, or the whole page of one row. A file dropped beside opens nothing.

  function target(element) {
    if (dialog) return dialog.querySelector("[data-takes]");
    const whole = document.querySelector("[data-page][data-takes]");
    if (whole) return whole;
    const row = element.closest?.("tr");
    const own = row?.querySelector("[data-takes]") ?? row?.nextElementSibling?.querySelector(".evidence-cell[data-takes]");
    return row?.matches(".fill-row, .fill-more") ? own : null;
  }

  function mark(aimed) {
    for (const other of document.querySelectorAll(".is-aimed")) if (other !== aimed) other.classList.remove("is-aimed");
    aimed?.classList.add("is-aimed");
  }

  const hasFiles = (event) => [...event.dataTransfer.types].includes("Files");

  document.addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    const aimed = target(event.target);
    event.dataTransfer.dropEffect = aimed ? "copy" : "none";
    mark(aimed);
  });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) mark(null); });
  document.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(null);
    const aimed = target(event.target);
    if (aimed) take(aimed.dataset.evidence, event.dataTransfer.files);
  });

  ready(document);
})();
