"use strict";

{
  const form = document.getElementById("solicitud-nueva");
  const AFTER_MS = 350;
  const value = (name) => (form.elements[name] ? form.elements[name].value.trim() : "");

  /* What Serviweb has of what a field holds, shown beside it. It is never in the way of whoever types. */
  const watch = (que, code, beside) => {
    const box = document.getElementById(`vistazo-${que}`);
    const written = (names) => JSON.stringify(names.map(value));
    let timer = 0;
    let asking = new AbortController();
    let coded = written(code);
    let whole = written([...code, ...beside]);

    const ask = async () => {
      asking.abort();
      const mine = (asking = new AbortController());
      const body = new URLSearchParams({ csrf: form.elements.csrf.value, que });
      for (const name of [...code, ...beside]) body.set(name, value(name));
      try {
        const answer = await fetch(form.dataset.vistazo, { method: "POST", body, signal: mine.signal });
        const html = answer.status === 200 ? await answer.text() : "";
        if (!mine.signal.aborted) box.innerHTML = html;
      } catch {
        return; // something newer has been typed, or the server tells when the form is handed in
      }
    };
    const look = (wait) => {
      const now = written([...code, ...beside]);
      if (now === whole) return;
      whole = now;
      asking.abort();
      if (written(code) !== coded) box.replaceChildren(); // it was about somebody else
      coded = written(code);
      clearTimeout(timer);
      if (value(code[0])) timer = setTimeout(ask, wait);
    };
    form.addEventListener("input", () => look(AFTER_MS));
    if (value(code[0])) ask();
  };

  watch("suscriptor", ["suscriptor"], []);
  watch("visitas", ["suscriptor"], []);
  watch("tercero", ["cedula", "tipo_documento"], ["nombre"]);
}
