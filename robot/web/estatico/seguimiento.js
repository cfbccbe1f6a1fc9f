"use strict";

const box = document.getElementById("avance");
const voice = document.getElementById("voz");
const offline = document.getElementById("desconectado");
const own = box.dataset.direccion;
const POLL_MS = 2000;
const ERRORS_BEFORE_POLLING = 3;

function show(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const address = (content) => content.querySelector("iframe.copias")?.getAttribute("src");
  if (address(box) && address(box) === address(fresh.content)) {
    // what is being read or printed here stays
    for (const part of box.querySelectorAll("[data-parte]")) {
      part.replaceWith(fresh.content.querySelector(`[data-parte="${part.dataset.parte}"]`));
    }
  } else {
    box.replaceChildren(fresh.content);
  }
  const said = box.querySelector("[data-voz]").dataset.voz;
  if (voice.textContent !== said) voice.textContent = said;
  offline.hidden = true;
  armPrinting();
}

function armPrinting() {
  const button = box.querySelector("[data-imprimir]");
  const frame = box.querySelector("iframe.copias");
  if (!button || !frame || !button.hidden) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (frame.offsetParent === null) {
      window.open(frame.src); // a phone shows no PDF inside a page
    } else {
      frame.contentWindow.focus();
      frame.contentWindow.print();
    }
    const noted = new URLSearchParams({ csrf: button.dataset.csrf, en: "navegador" });
    await fetch(button.dataset.imprimir, { method: "POST", body: noted });
    button.textContent = "Imprimir de nuevo";
  });
}

function poll() {
  const timer = setInterval(async () => {
    try {
      const answer = await fetch(`${own}/avance`, { headers: { accept: "text/html-fragment" } });
      if (answer.status === 401) return location.reload();
      if (!answer.ok) return;
      show(await answer.text());
      if (!box.querySelector("[data-sigue=si]")) clearInterval(timer);
    } catch {
      offline.hidden = false;
    }
  }, POLL_MS);
}

function listen() {
  let errors = 0;
  const source = new EventSource(`${own}/eventos`);
  source.addEventListener("avance", (event) => {
    errors = 0;
    show(event.data);
  });
  source.addEventListener("fin", (event) => {
    source.close();
    show(event.data);
  });
  source.addEventListener("open", () => {
    offline.hidden = true;
  });
  source.addEventListener("error", () => {
    offline.hidden = false;
    errors += 1;
    if (source.readyState === EventSource.CLOSED || errors >= ERRORS_BEFORE_POLLING) {
      source.close();
      poll();
    }
  });
}

armPrinting();
if (box.dataset.sigue === "si") listen();
