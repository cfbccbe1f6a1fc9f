"use strict";

const form = document.getElementById("solicitud-nueva");
const count = document.getElementById("solicitud-cuenta");
const [fijo, maximo, ruta] = [form.dataset.fijo, form.dataset.maximo, form.dataset.ruta].map(Number);
const CELULAR = 10;
const CUPOS_EVERY_MS = 30000;

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

async function refreshCupos() {
  if (document.hidden) return;
  const before = chosen();
  const focused = document.activeElement && document.activeElement.name === "cupo" ? document.activeElement.value : null;
  const open = form.querySelector("#cupos details[open]") !== null;
  try {
    const answer = await fetch(form.dataset.cupos, { headers: { accept: "text/html" } });
    if (!answer.ok) return;
    const box = document.getElementById("cupos");
    box.innerHTML = await answer.text();
    const radios = [...box.querySelectorAll("input[name=cupo]")];
    const same = radios.find((radio) => radio.value === before) || radios[0];
    if (same) same.checked = true;
    const details = box.querySelector("details");
    if (details) details.open = open || details.contains(same || null);
    const again = focused && radios.find((radio) => radio.value === focused);
    if (again) again.focus();
  } catch {
    return; // the next time tells; what is shown is looked at again when it is handed in
  }
}

form.addEventListener("input", showCount);
form.addEventListener("submit", () => {
  const button = document.getElementById("radicar");
  button.disabled = true;
  button.textContent = "Enviando…";
});
window.addEventListener("pageshow", () => {
  const button = document.getElementById("radicar");
  button.disabled = false;
  button.textContent = "Radicar";
});
const first = document.querySelector("[data-enfocar]");
if (first) first.focus();
else if (!form.elements.suscriptor.value) form.elements.suscriptor.focus();
const details = form.querySelector("#cupos details");
if (details && details.querySelector("input:checked")) details.open = true;
showCount();
setInterval(refreshCupos, CUPOS_EVERY_MS);
