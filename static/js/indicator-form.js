/* The form of an indicator: a code from the name, and fields that do not matter step aside. All of them work without. */
"use strict";

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
