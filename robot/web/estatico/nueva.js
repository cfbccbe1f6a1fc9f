"use strict";

const form = document.getElementById("solicitud-nueva");
const count = document.getElementById("solicitud-cuenta");
const [maximo, ruta] = [form.dataset.maximo, form.dataset.ruta].map(Number);
const procedure = document.querySelector("select[name=procedimiento]");
const CELULAR = 10;
const CUPOS_EVERY_MS = 30000;
const KEPT_AFTER_MS = 600;
const TYPED = ["suscriptor", "ruta", "cedula", "celular", "nombre", "solicitud"];
const ANSWER = "respuestas.";
let parts = JSON.parse(form.dataset.partes);
let sent = false;
let dirty = false;
let timer = 0;

function length(name) {
  return form.elements[name].value.trim().replace(/\s+/g, " ").length;
}

function celular() {
  return Math.max(CELULAR, form.elements.celular.value.replace(/[\s().-]/g, "").length);
}

function size(name) {
  if (name === "celular") return celular();
  return length(name) || (name === "ruta" ? ruta : 0);
}

function written() {
  // a part that names a question without an answer is left out; one space between those that are not
  const told = parts.filter(([, names]) => names.every((name) => !name.startsWith(ANSWER) || length(name) > 0));
  return told.reduce((sum, [fixed, names]) => names.reduce((all, name) => all + size(name), sum + fixed), told.length - 1);
}

function showCount() {
  const left = maximo - written();
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
  if (document.hidden || !document.getElementById("cupos")) return;
  const before = chosen();
  const own = form.elements.procedimiento.value;
  const focused = document.activeElement && document.activeElement.name === "cupo" ? document.activeElement.value : null;
  const open = form.querySelector("#cupos details.mas-dias[open]") !== null;
  try {
    const address = `${form.dataset.cupos}?${new URLSearchParams({ elegido: before, procedimiento: own })}`;
    const answer = await fetch(address, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const html = await answer.text();
    const box = document.getElementById("cupos");
    if (!box || chosen() !== before || form.elements.procedimiento.value !== own) return; // somebody chose meanwhile, and that holds
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
  const typed = [...form.elements].filter((one) => TYPED.includes(one.name) || one.name.startsWith(ANSWER));
  return typed.some((one) => one.value.trim() !== "");
}

async function changeProcedure() {
  const wanted = procedure.value;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.procedimiento, { method: "POST", body, headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const theirs = page.getElementById("solicitud-nueva");
    if (!answer.ok || !theirs) throw new Error();
    if (procedure.value !== wanted) return; // somebody chose again meanwhile, and that is on its way
    document.getElementById("resumen")?.remove(); // it tells of the one before
    for (const id of ["avisos", "propias", "cuando"]) document.getElementById(id).replaceWith(page.getElementById(id));
    parts = JSON.parse(theirs.dataset.partes);
    showCount();
  } catch {
    sent = true; // the whole page tells: that nobody is signed in any more, or that the robot does not answer
    form.action = form.dataset.procedimiento;
    form.submit();
  }
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
if (procedure) procedure.addEventListener("change", changeProcedure);
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
