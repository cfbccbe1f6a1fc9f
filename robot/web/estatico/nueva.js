"use strict";

const form = document.getElementById("solicitud-nueva");
const count = document.getElementById("solicitud-cuenta");
const [fijo, maximo, ruta] = [form.dataset.fijo, form.dataset.maximo, form.dataset.ruta].map(Number);
const CELULAR = 10;
const CUPOS_EVERY_MS = 30000;
const KEPT_AFTER_MS = 600;
const TYPED = ["suscriptor", "ruta", "cedula", "celular", "nombre", "solicitud"];
let sent = false;
let dirty = false;
let timer = 0;

function length(name) {
  return form.elements[name].value.trim().replace(/\s+/g, " ").length;
}

function celular() {
  return Math.max(CELULAR, form.elements.celular.value.replace(/[\s().-]/g, "").length);
}

function showCount() {
  const left = maximo - fijo - length("solicitud") - length("suscriptor") - (length("ruta") || ruta) - celular();
  count.textContent = left >= 0 ? `Quedan ${left} caracteres.` : `Sobran ${-left} caracteres.`;
  count.classList.toggle("pasada", left < 0);
}

function chosen() {
  const radio = form.querySelector("input[name=cupo]:checked");
  return radio ? radio.value : "";
}

function tellTaken() {
  const taken = document.getElementById("cupo-tomado");
  const voice = document.getElementById("cupo-voz");
  const said = taken ? taken.textContent : "";
  if (voice.textContent !== said) voice.textContent = said;
}

async function refreshCupos() {
  if (document.hidden) return;
  const before = chosen();
  const focused = document.activeElement && document.activeElement.name === "cupo" ? document.activeElement.value : null;
  const open = form.querySelector("#cupos details.mas-dias[open]") !== null;
  try {
    const address = `${form.dataset.cupos}?${new URLSearchParams({ elegido: before })}`;
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const html = await answer.text();
    if (chosen() !== before) return; // somebody chose meanwhile, and that holds
    const box = document.getElementById("cupos");
    box.innerHTML = html;
    const radios = [...box.querySelectorAll("input[name=cupo]")];
    const details = box.querySelector("details.mas-dias");
    if (details) details.open = open || details.querySelector("input:checked") !== null;
    const again = focused !== null && radios.find((radio) => radio.value === focused);
    if (again) again.focus();
    tellTaken();
  } catch {
    return; // the next time tells; what is shown is looked at again when it is handed in
  }
}

function holdsSomething() {
  return TYPED.some((name) => form.elements[name].value.trim() !== "");
}

async function keepDraft() {
  clearTimeout(timer);
  if (!dirty || sent) return;
  dirty = false;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.borrador, { method: "POST", body, keepalive: true });
    if (!answer.ok) throw new Error();
    // so that a reload or Back finds this very form again
    const address = new URLSearchParams({ borrador: form.elements.formulario.value });
    if (!sent && holdsSomething()) history.replaceState(null, "", `${form.dataset.nueva}?${address}`);
  } catch {
    dirty = true; // the next key tries again
  }
}

form.addEventListener("input", () => {
  showCount();
  dirty = true;
  clearTimeout(timer);
  timer = setTimeout(keepDraft, KEPT_AFTER_MS);
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) keepDraft();
});
window.addEventListener("beforeunload", (event) => {
  keepDraft();
  if (!sent && holdsSomething()) event.preventDefault();
});
form.addEventListener("submit", () => {
  sent = true;
  const button = document.getElementById("radicar");
  button.disabled = true;
  button.textContent = "Enviando…";
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) return location.reload(); // the browser kept a form that may have been handed in since
  const button = document.getElementById("radicar");
  button.disabled = false;
  button.textContent = "Radicar";
});
const first = document.querySelector("[data-enfocar]");
if (first) {
  first.focus();
  dirty = true; // the answer to a form: its address leads nowhere
  keepDraft();
}
if (!first && !form.elements.suscriptor.value) form.elements.suscriptor.focus();
const details = form.querySelector("#cupos details.mas-dias");
if (details && details.querySelector("input:checked")) details.open = true;
showCount();
setInterval(refreshCupos, CUPOS_EVERY_MS);
