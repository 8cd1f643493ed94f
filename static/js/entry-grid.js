/* The grid in which realizations are typed. Every input saves itself through a queue kept on this device, so that
   a cut line, an expired session or a closed tab loses nothing, and a write sent twice counts once (its key).
   The server reads the figures and computes; without this file the page is a plain form. */
"use strict";

const form = document.getElementById("isian");
const state = document.getElementById("simpan");
const loginLink = document.getElementById("masuk-lagi");
const inputs = [...form.querySelectorAll("[data-cell]")];
const cells = inputs.filter((input) => /-number$/.test(input.name));
const IDLE = 700;
const RETRY = 5000;
const OWED = ["number", "reason", "source", "document", "document_date", "obstacle", "follow_up"]; // the last two below target
const TOGETHER = 100; // cells in one request: a pasted column is one answer on a slow line

const prefixOf = (name) => name.split("-")[0];
const versionOf = (name) => form.elements[`${prefixOf(name)}-version`];
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const isBox = (input) => input.type === "checkbox";
const textOf = (input) => (isBox(input) ? (input.checked ? "True" : "") : input.value);

// What stands in each input as far as the server or the queue knows.
const committed = new Map(inputs.map((input) => [input, textOf(input)]));

// The queue: {key, name, text, version, sent, problem?, conflict?}, oldest first. Items with a problem or a conflict
// wait for their writer; the others are sent together, one for each row, and each is answered by itself.

function stored() {
  try {
    return JSON.parse(localStorage.getItem(form.dataset.queue)) ?? [];
  } catch {
    return []; // unreadable or forbidden: the queue lives as long as the page
  }
}

let queue = stored();
const mine = new Set(queue.map(({ key }) => key));

// What another tab of this report has put there stays.
function keep() {
  const all = [...stored().filter(({ key }) => !mine.has(key)), ...queue];
  try {
    if (all.length) localStorage.setItem(form.dataset.queue, JSON.stringify(all));
    else localStorage.removeItem(form.dataset.queue);
  } catch { /* full or forbidden */ }
}

function say(text, kind = "") {
  if (state.textContent !== text) state.textContent = text;
  state.dataset.kind = kind;
}

function drop(item) {
  queue = queue.filter((other) => other !== item);
  keep();
}

function enqueue(input, text) {
  const name = input.name;
  // A write nobody has sent yet is replaced; one that may have arrived is followed by another.
  queue = queue.filter((item) => item.name !== name || (item.sent && !item.problem && !item.conflict));
  const key = newKey();
  mine.add(key);
  queue.push({ key, name, text, version: Number(versionOf(name).value), sent: false });
  keep();
  settle(input);
  send();
}

// Saving

let sending = null;
let retry = 0;
let signedOut = false; // nothing is sent until somebody may have signed in again

function send() {
  if (signedOut) return Promise.resolve();
  sending ??= sendAll().finally(() => { sending = null; });
  return sending;
}

async function sendAll() {
  window.clearTimeout(retry);
  for (;;) {
    const items = batch();
    if (!items.length) return rest();
    say("Menyimpan…");
    for (const item of items) item.sent = true;
    keep();
    let response, answer;
    try {
      response = await post(items);
      answer = /json/.test(response.headers.get("Content-Type") ?? "") ? await response.json() : null;
    } catch {
      return later("Luring: tersimpan di perangkat ini", "warn");
    }
    // No JSON: the answer comes from the login, from a token of another session, or from a server in trouble.
    if (!answer && (response.type === "opaqueredirect" || response.status === 403)) {
      signedOut = true;
      loginLink.hidden = false;
      say("Sesi berakhir. Isian Anda tersimpan di perangkat ini dan dikirim sesudah Anda masuk lagi.", "warn");
      return undefined;
    }
    if (!answer) return later("Server belum menjawab. Isian Anda tersimpan di perangkat ini dan dicoba lagi.", "warn");
    loginLink.hidden = true;
    const gone = { status: 403, error: "Baris ini tidak ada lagi dalam laporan. Muat ulang halaman ini." };
    for (const item of items) take(item, answer.cells[prefixOf(item.name)] ?? gone);
    update(answer);
  }
}

// One item of each row: the version of the next one is known when this one is answered.
function batch() {
  const rows = new Map();
  for (const item of queue) {
    const row = prefixOf(item.name);
    if (!item.problem && !item.conflict && !rows.has(row)) rows.set(row, item);
  }
  return [...rows.values()].slice(0, TOGETHER);
}

function later(text, kind) {
  say(text, kind);
  retry = window.setTimeout(send, RETRY);
}

function post(items) {
  const body = new URLSearchParams();
  for (const { key, name, text, version } of items) {
    body.set(name, text);
    body.set(`${prefixOf(name)}-version`, version);
    body.set(`${prefixOf(name)}-key`, key);
  }
  const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
  return fetch(form.dataset.cells, { method: "POST", body, headers: { "X-CSRFToken": token }, redirect: "manual" });
}

function take(item, answer) {
  const input = form.elements[item.name];
  if (answer.status === 200) {
    const base = item.version;
    for (const other of queue) {
      if (prefixOf(other.name) === prefixOf(item.name) && other.version === base) other.version = answer.version;
    }
    drop(item);
    versionOf(item.name).value = answer.version;
    const next = queue.some((other) => other.name === item.name);
    const text = answer.text[item.name.split("-")[1]];
    remember(input, text);
    // What is being typed is left alone.
    if (!next && textOf(input) === item.text && document.activeElement !== input) show(input, text);
    if (!next) note(input, answer.echo ? `${answer.echo[0].toUpperCase()}${answer.echo.slice(1)}.` : "", "info");
    savedOne = true;
  } else if (answer.status === 409) {
    item.conflict = answer;
    keep();
    ask(item);
  } else {
    item.problem = answer.error;
    keep();
    settle(input);
  }
}

// What the form would send now is what is stored: its hidden versions and initial texts follow.
function remember(input, text) {
  const name = `initial-${input.name}`;
  if (form.elements[name]) form.elements[name].value = text;
  else input.after(Object.assign(document.createElement("input"), { type: "hidden", name, value: text })); // was empty
}

let lastSaved = "";
let savedOne = false;

function rest() {
  const open = queue.length;
  if (open) say(`${open} isian belum tersimpan: lihat tandanya pada isian.`, "bad");
  else say(lastSaved || "Semua perubahan tersimpan sendiri.", lastSaved ? "ok" : "");
}

function update(answer) {
  if (savedOne) lastSaved = answer.saved;
  savedOne = false;
  for (const [entry, html] of Object.entries(answer.outcomes)) {
    const place = document.getElementById(`hasil-${entry}`);
    place.innerHTML = html;
    const more = document.getElementById(`lain-${entry}`);
    if (more && (lacksSource(entry) || (place.querySelector("[data-below]") && lacksExplanation(entry)))) more.open = true;
  }
  doubt(answer.odd);
  if ("done" in answer) {
    document.getElementById("terisi").textContent = answer.done;
    document.getElementById("kemajuan").value = answer.done;
  }
}

// Below target, some agencies owe what held it back and what will be done about it.
function lacksExplanation(entry) {
  return "explain" in form.dataset && ["obstacle", "follow_up"].some((name) => form.elements[`e${entry}-${name}`].value === "");
}

// Folded, the texts of a row are one line of it.
form.addEventListener("toggle", (event) => {
  const said = !event.target.open && event.target.querySelector(".more-said");
  if (!said) return;
  const written = [...event.target.querySelectorAll("textarea, input[type=text]")].filter((input) => input.value.trim() !== "");
  said.textContent = written.map((input) => `${input.labels[0].textContent}: ${input.value.trim().replace(/\s+/g, " ")}`).join(" · ");
}, true);

// A figure from outside names its document, or the report cannot be sent.
function lacksSource(entry) {
  const [number, ...source] = ["number", "source", "document", "document_date"].map((name) => form.elements[`e${entry}-${name}`]);
  return source.every(Boolean) && number.value !== "" && source.some((input) => input.value === "");
}

// What looks odd, with the figure that is probably meant; a reason silences it, and typing never waits for it.
function doubt(odd) {
  for (const [prefix, mine] of Object.entries(odd)) {
    if (!versionOf(prefix)) continue; // typed at no row of this page
    const isDrawn = document.getElementById(`ganjil-${prefix}`) !== null;
    if (!isDrawn && (!mine.length || !inputs.some((input) => prefixOf(input.name) === prefix))) continue; // others' row: they read it
    const box = doubtOf(prefix);
    box.querySelector(".doubt-list").replaceChildren(...mine.map(({ sentence, repair, repair_label: label }) => {
      const line = document.createElement("p");
      const words = document.createElement("span");
      words.textContent = sentence;
      line.append(words);
      if (repair) line.append(Object.assign(choice(label), { name: "repair", value: `${prefix}:${repair}` }));
      return line;
    }));
    box.hidden = !mine.length && !form.elements[`${prefix}-reason`]?.value;
  }
}

// Where the doubts and the reason of a row stand; drawn by the server where there are some already.
function doubtOf(prefix) {
  const there = document.getElementById(`ganjil-${prefix}`);
  if (there) return there;
  const made = document.createElement("template");
  made.innerHTML = document.getElementById("ganjil-baru").innerHTML.replaceAll("PREFIX", prefix);
  const box = made.content.firstElementChild;
  versionOf(prefix).after(box);
  const reason = form.elements[`${prefix}-reason`];
  inputs.push(reason);
  committed.set(reason, "");
  return box;
}

// Repairing is typing: undone, sent and kept the same way. Without this file the button sends the form.
form.addEventListener("click", (event) => {
  const button = event.target.closest("[name=repair]");
  if (!button) return;
  event.preventDefault();
  const [prefix, figure] = button.value.split(":");
  const input = form.elements[`${prefix}-number`];
  input.value = figure;
  commit(input);
  input.focus();
  settleView();
});

// What is said at an input: its problem, its conflict, how its figure was read

function note(input, text, kind) {
  const known = document.getElementById(`${input.id}_note`);
  if (!known && !text) return;
  const place = known ?? noteOf(input);
  place.textContent = text;
  place.dataset.kind = text ? kind : "";
  if (kind === "bad" && text) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function noteOf(input) {
  const place = Object.assign(document.createElement("div"), { id: `${input.id}_note`, className: "cell-note" });
  input.closest(".cell, .choice").append(place);
  input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${place.id}`.trim());
  return place;
}

function settle(input) {
  const item = queue.find((waiting) => waiting.name === input.name && (waiting.problem || waiting.conflict));
  if (item?.conflict) ask(item);
  else note(input, item?.problem ?? "", "bad");
}

function ask(item) {
  const input = form.elements[item.name];
  note(input, item.conflict.error, "bad");
  document.getElementById(`${input.id}_note`).append(choice(`Pakai nilai Anda: ${item.conflict.mine}`, () => {
    versionOf(item.name).value = item.conflict.version;
    drop(item);
    enqueue(input, item.text);
    input.focus();
  }), choice(`Pakai yang tersimpan: ${item.conflict.theirs}`, () => {
    versionOf(item.name).value = item.conflict.version;
    const text = item.conflict.text[item.name.split("-")[1]];
    drop(item);
    remember(input, text);
    show(input, text);
    note(input, "");
    rest();
    input.focus();
  }));
}

function choice(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-secondary btn-sm";
  button.textContent = text;
  if (act) button.addEventListener("click", () => { act(); settleView(); });
  return button;
}

function settleView() {
  state.scrollIntoView({ block: "nearest" });
}

// Typing

const undo = []; // steps, each a list of inputs with what stood there: a pasted block is one step
let step = null;
const timers = new Map();

function show(input, text) {
  if (isBox(input)) input.checked = text !== "" && text !== false;
  else input.value = text;
  committed.set(input, textOf(input));
}

function commit(input, { undoable = true } = {}) {
  window.clearTimeout(timers.get(input));
  const before = committed.get(input);
  const text = textOf(input);
  if (text === before) return;
  if (undoable) (step ?? undo).push(step ? [input, before] : [[input, before]]);
  committed.set(input, text);
  enqueue(input, text);
}

form.addEventListener("input", (event) => {
  const input = event.target;
  if (!("cell" in input.dataset)) return;
  window.clearTimeout(timers.get(input));
  timers.set(input, window.setTimeout(() => commit(input), IDLE));
});
form.addEventListener("change", (event) => { if ("cell" in event.target.dataset) commit(event.target); });
form.addEventListener("focusin", (event) => { if (cells.includes(event.target)) event.target.select?.(); });

function move(input, step) {
  const next = cells[cells.indexOf(input) + step];
  commit(input);
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

form.addEventListener("keydown", (event) => {
  const input = event.target;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey && "cell" in input.dataset) {
    if (textOf(input) !== committed.get(input) || !undo.length) return; // the browser takes back what is being typed
    event.preventDefault();
    const taken = undo.pop().reverse();
    for (const [last, text] of taken) {
      if (isBox(last)) last.checked = text !== "";
      else last.value = text;
      commit(last, { undoable: false });
    }
    taken.at(-1)[0].focus();
    say("Perubahan terakhir diurungkan.");
    return;
  }
  if (event.key === "Enter" && input.type === "text" && inputs.includes(input) && !cells.includes(input)) {
    event.preventDefault(); // texts are left for the next input, as figures are
    const next = inputs.slice(inputs.indexOf(input) + 1).find((other) => !other.disabled && other.checkVisibility());
    commit(input);
    next?.focus();
  }
  if (!cells.includes(input)) return;
  const isSelect = input.tagName === "SELECT";
  if (event.key === "Enter") {
    event.preventDefault();
    move(input, event.shiftKey ? -1 : 1);
  } else if (!isSelect && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    move(input, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape") {
    window.clearTimeout(timers.get(input));
    input.value = committed.get(input);
    input.select?.();
  }
});

// A block from a spreadsheet fills the cells from here on, in reading order; what is no figure is left out.
form.addEventListener("paste", (event) => {
  const start = cells.indexOf(event.target);
  const block = event.clipboardData.getData("text").replace(/\r/g, "").replace(/\n$/, "");
  if (start < 0 || !/[\n\t]/.test(block)) return;
  event.preventDefault();
  let taken = 0;
  let skipped = 0;
  let place = start;
  step = [];
  for (const text of block.split(/[\n\t]/).map((part) => part.trim())) {
    const cell = cells[place];
    if (cell && (text === "" || put(cell, text))) {
      place += 1;
      if (text) taken += 1;
    } else {
      skipped += 1;
    }
  }
  if (step.length) undo.push(step);
  step = null;
  const more = skipped ? `, ${skipped} dilewati karena bukan angka atau tidak ada barisnya` : "";
  announce(`${taken} nilai ditempel${more}.`);
});

// A figure as people and spreadsheets write it; a heading such as "TW II 2018" is none.
const FIGURE = /^(rp\.?|idr|us\$|usd|\$)?\s*[-−–+(]?\s*\d[\d.,\s]*-?\)?\s*(%|persen)?$/i;

function put(cell, text) {
  if (cell.tagName === "SELECT") {
    const option = [...cell.options].find((known) => known.text.toLowerCase() === text.toLowerCase());
    if (!option) return false;
    cell.value = option.value;
  } else {
    if (!FIGURE.test(text)) return false;
    cell.value = text;
  }
  commit(cell);
  return true;
}

function announce(text) {
  const live = document.getElementById("live");
  live.textContent = text;
  window.setTimeout(() => { if (live.textContent === text) live.textContent = ""; }, 8000);
}

// Leaving: "Simpan" and "Periksa dan kirim" wait for the queue, then the form goes its plain way.

let passes = false;
form.addEventListener("submit", async (event) => {
  inputs.forEach((input) => commit(input));
  if (passes || !queue.length) return;
  event.preventDefault();
  const button = event.submitter;
  signedOut = false;
  await send();
  await send();
  if (queue.length) {
    const input = form.elements[(queue.find((item) => item.problem || item.conflict) ?? queue[0]).name];
    input.focus();
    return;
  }
  passes = true;
  // Not while this event is still being fired: a form ignores that.
  window.setTimeout(() => form.requestSubmit(button));
});
document.addEventListener("visibilitychange", () => { if (document.hidden) inputs.forEach((input) => commit(input)); });
window.addEventListener("pagehide", () => inputs.forEach((input) => commit(input)));
window.addEventListener("online", send);
// Back from another tab, perhaps from signing in there.
window.addEventListener("focus", () => {
  signedOut = false;
  if (queue.length) send();
});

// Starting: what this device still holds stands in its inputs again and is sent.

for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;
for (const { name } of queue) if (name.endsWith("-reason") && versionOf(name)) doubtOf(prefixOf(name));
queue = queue.filter((item) => inputs.includes(form.elements[item.name]));
for (const item of queue) show(form.elements[item.name], item.text);
for (const item of queue) settle(form.elements[item.name]);
rest();
if (queue.length) send();
const first = cells.find((cell) => cell.getAttribute("aria-invalid")) ?? linked() ?? cells.find((cell) => cell.value === "" && !location.hash);
first?.focus();
// The browser takes the focus away when it scrolls to a row that was linked to.
if (location.hash) window.addEventListener("load", () => requestAnimationFrame(() => { if (document.activeElement === document.body) first?.focus(); }));

// A link to a row, say from what keeps the report from being sent, leads to what is missing in that row.
function linked() {
  const target = document.getElementById(location.hash.slice(1));
  const row = target?.closest(".fill-row");
  if (!row || inputs.includes(target)) return row && target;
  const own = [...cells, ...inputs].filter((input) => row.contains(input) || row.nextElementSibling.contains(input));
  if (row.classList.contains("is-marked")) return own[0]; // it came back: its figure is what was questioned
  const owed = row.querySelector("[data-below]") ? OWED : OWED.slice(0, OWED.length - 2);
  return own.find((input) => input.value === "" && owed.includes(input.name.split("-")[1]) && input.checkVisibility()) ?? own[0];
}
