/* The form of an indicator. Its formula editor: names by typing a part of them, buttons that insert at the cursor,
   and the way to an error. The server says what the formula means (htmx posts while one types); nothing here reads the formula language. */
"use strict";

const area = document.getElementById("id_formula");
const editor = area.closest(".formula-editor");
const status = document.getElementById("rumus-status");
const WORD_BEFORE = /[A-Za-z_][A-Za-z0-9_]*$/;
const WORD_AFTER = /^[A-Za-z0-9_]*/;

// Writing into the text

function replace(start, end, text, back = 0) {
  area.focus();
  area.setSelectionRange(start, end);
  // Deprecated, and the only way to write into a textarea that Ctrl+Z takes back.
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const caret = start + text.length - back;
  area.setSelectionRange(caret, caret);
}

// A sign never sticks to a word; a function takes what is selected between its parentheses.
function insert(text, back = 0) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const selected = value.slice(start, end);
  const before = value.slice(0, start);
  if (back && selected) {
    replace(start, end, text.slice(0, -back) + selected + text.slice(-back));
  } else if (/^\s/.test(text)) {
    replace(start, end, (/(^|\s)$/.test(before) ? text.trimStart() : text), back);
  } else {
    replace(start, end, (/[\w)%]$/.test(before) ? " " : "") + text, back);
  }
}

// Buttons. A list of codes is text without script and becomes buttons here; each row is one stop of the Tab key.

function makeToolbar(bar) {
  const buttons = [...bar.querySelectorAll("button")];
  buttons.forEach((button, place) => { button.tabIndex = place ? -1 : 0; });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const here = buttons.indexOf(event.target);
    const next = step ? here + step : { Home: 0, End: buttons.length - 1 }[event.key];
    if (here < 0 || next === undefined || !buttons[next]) return;
    event.preventDefault();
    buttons[here].tabIndex = -1;
    buttons[next].tabIndex = 0;
    buttons[next].focus();
  });
}

const names = [];
for (const list of editor.querySelectorAll("[data-operands]")) {
  for (const item of list.querySelectorAll("[data-code]")) {
    const { code, label, unit } = item.dataset;
    names.push({ code, label, note: unit, text: code, back: 0 });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "chip";
    button.dataset.insert = code;
    button.append(...item.childNodes);
    item.className = "";
    item.append(button);
  }
  list.setAttribute("role", "toolbar");
  makeToolbar(list);
}
for (const bar of editor.querySelectorAll(".formula-tools")) {
  for (const { dataset, textContent } of bar.querySelectorAll("[data-insert*='(']")) {
    const code = dataset.insert.split("(")[0];
    if (code) names.push({ code, label: textContent, note: "fungsi", text: dataset.insert, back: Number(dataset.back) });
  }
  makeToolbar(bar);
}

function reveal(root) {
  for (const part of root.querySelectorAll("[data-script]")) part.hidden = false;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert], [data-show-error], [data-repair]");
  if (!button) return;
  const start = Number(button.dataset.start);
  const end = start + Number(button.dataset.length);
  if (button.dataset.insert) insert(button.dataset.insert, Number(button.dataset.back ?? 0));
  else if (button.dataset.repair) replace(start, end, button.dataset.repair);
  else showError(button);
});

function showError(button) {
  const start = Number(button.dataset.start);
  area.focus();
  area.setSelectionRange(start, start + Number(button.dataset.length));
}

// What the server says is announced; Ctrl+Enter asks at once and goes to the error.

let jumps = false;
document.addEventListener("htmx:afterSwap", (event) => {
  if (!editor.contains(event.target)) return;
  reveal(editor);
  const meaning = editor.querySelector("#contoh-hasil") ?? editor.querySelector("#rumus-hasil > [data-status]");
  status.textContent = meaning.dataset.status;
  const error = editor.querySelector("[data-show-error]");
  if (jumps && error) showError(error);
  jumps = false;
});

// Names that hold what is being typed, of the code or of the label

const suggestions = document.createElement("ul");
suggestions.id = "rumus-saran";
suggestions.className = "suggestions";
suggestions.hidden = true;
suggestions.setAttribute("role", "listbox");
suggestions.setAttribute("aria-label", "Nama yang cocok");
area.after(suggestions);
area.setAttribute("aria-autocomplete", "list");
area.setAttribute("aria-controls", suggestions.id);

let found = [];
let chosen = 0;

function wordAtCaret() {
  const caret = area.selectionStart;
  const before = WORD_BEFORE.exec(area.value.slice(0, caret))?.[0] ?? "";
  const after = WORD_AFTER.exec(area.value.slice(caret))[0];
  return { word: before.toLowerCase(), start: caret - before.length, end: caret + (before ? after.length : 0) };
}

function rank({ code, label }, word) {
  if (code.startsWith(word)) return 0;
  if (label.toLowerCase().split(/\s+/).some((part) => part.startsWith(word))) return 1;
  return code.includes(word) || label.toLowerCase().includes(word) ? 2 : 3;
}

function suggest() {
  const { word } = wordAtCaret();
  const isName = names.some(({ code }) => code === word);
  found = word.length < 2 || isName || area.selectionStart !== area.selectionEnd ? [] : names
    .map((name) => ({ name, order: rank(name, word) }))
    .filter(({ order }) => order < 3)
    .sort((a, b) => a.order - b.order)
    .slice(0, 6)
    .map(({ name }) => name);
  choose(0);
  suggestions.replaceChildren(...found.map(option));
  if (suggestions.hidden && found.length) {
    suggestions.hidden = false;
    suggestions.scrollIntoView({ block: "nearest" });
  }
  suggestions.hidden = !found.length;
  mark();
}

function option({ code, label, note }, place) {
  const item = document.createElement("li");
  item.id = `rumus-saran-${place}`;
  item.setAttribute("role", "option");
  const shown = document.createElement("code");
  shown.textContent = code;
  const small = document.createElement("small");
  small.textContent = note;
  item.append(label, " ", shown, " ", small);
  item.addEventListener("mousedown", (event) => {
    event.preventDefault();
    take(place);
  });
  return item;
}

function choose(place) {
  chosen = found.length ? (place + found.length) % found.length : 0;
}

function mark() {
  [...suggestions.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === chosen)));
  if (found.length) area.setAttribute("aria-activedescendant", `rumus-saran-${chosen}`);
  else area.removeAttribute("aria-activedescendant");
  suggestions.children[chosen]?.scrollIntoView({ block: "nearest" });
}

function close() {
  found = [];
  suggestions.hidden = true;
  mark();
}

function take(place) {
  const { start, end } = wordAtCaret();
  const { text, back } = found[place];
  replace(start, end, text, back);
  close();
}

area.addEventListener("input", suggest);
area.addEventListener("blur", close);
area.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    jumps = true;
    close();
    editor.dispatchEvent(new Event("check"));
  } else if (found.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    mark();
  } else if (found.length && event.key === "Enter") {
    event.preventDefault();
    take(chosen);
  } else if (found.length && event.key === "Escape") {
    event.preventDefault();
    close();
  }
});

reveal(editor);

// The rest of the form: a code from the name, and fields that do not matter step aside

const form = document.querySelector(".indicator-form");
const chosenIn = (name) => form.querySelector(`[name=${name}]:checked`)?.value;

// The code follows the name until somebody writes one.
const nameInput = document.getElementById("id_name");
const codeInput = document.getElementById("id_code");
if (codeInput) {
  let follows = !codeInput.value;
  codeInput.addEventListener("input", () => { follows = !codeInput.value; });
  nameInput.addEventListener("input", () => {
    if (!follows) return;
    const code = (nameInput.value.toLowerCase().match(/[a-z0-9]+/g) ?? []).join("_").replace(/^(?=\d)/, "_");
    codeInput.value = code.length > 60 ? code.slice(0, 61).replace(/_[^_]*$/, "").slice(0, 60) : code;
  });
}

// What belongs to another kind of figure steps aside, unless there is something in it to be seen.
function showKind() {
  for (const part of form.querySelectorAll("[data-when]")) {
    const isFilled = [...part.querySelectorAll(".field textarea")].some((area) => area.value.trim());
    part.hidden = part.dataset.when !== chosenIn("kind") && !isFilled && !part.querySelector("[aria-invalid=true]");
  }
}

// A direction has its formulas; "makin kecil makin baik" starts with the one PermenPANRB 8/2021 writes.
const METHODS = { higher: ["F1"], lower: ["F2", "F3"], range: ["F1", "F2", "F3"] };
const method = document.getElementById("id_method");
function showMethods() {
  const fitting = METHODS[chosenIn("polarity")] ?? [];
  for (const option of method.options) option.hidden = option.disabled = !fitting.includes(option.value);
  if (!fitting.includes(method.value)) method.value = fitting[0] ?? "";
}

// A limit for averages needs a limit.
const cap = document.getElementById("id_cap");
function showCap() {
  document.getElementById("id_cap_in_averages_only").closest(".field").hidden = !cap.value.trim();
}

form.addEventListener("change", (event) => {
  if (event.target.name === "kind") showKind();
  if (event.target.name === "polarity") showMethods();
});
cap.addEventListener("input", showCap);
showKind();
if (!form.querySelector("#id_method[aria-invalid=true]")) showMethods();
showCap();
