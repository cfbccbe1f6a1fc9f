"use strict";

{
  const form = document.getElementById("solicitud-nueva");
  const AFTER_MS = 350;
  const TIMES = 6; // as often an answer that has not come yet is asked for
  const value = (name) => (form.elements[name] ? form.elements[name].value.trim() : "");

  /* What Serviweb has of what a field holds, shown beside it. It is never in the way of whoever types. */
  const watch = (que, code, beside) => {
    const box = document.getElementById(`vistazo-${que}`);
    const written = (names) => JSON.stringify(names.map(value));
    let timer = 0;
    let asking = new AbortController();
    let coded = written(code);
    let whole = written([...code, ...beside]);

    const ask = async (times = TIMES) => {
      asking.abort();
      const mine = (asking = new AbortController());
      const body = new URLSearchParams({ csrf: form.elements.csrf.value, que });
      for (const name of [...code, ...beside]) body.set(name, value(name));
      try {
        const answer = await fetch(form.dataset.vistazo, { method: "POST", body, signal: mine.signal });
        const later = answer.status === 202 && times > 1;
        const html = answer.status === 200 || later ? await answer.text() : "";
        if (mine.signal.aborted) return;
        box.innerHTML = html;
        if (later) await ask(times - 1);
      } catch {
        return; // something newer has been typed, or the server tells when the form is handed in
      }
    };
    const look = () => {
      const now = written([...code, ...beside]);
      if (now === whole) return;
      whole = now;
      asking.abort();
      if (written(code) !== coded) box.replaceChildren(); // it was about somebody else
      coded = written(code);
      clearTimeout(timer);
      if (value(code[0])) timer = setTimeout(() => ask(), AFTER_MS);
    };
    form.addEventListener("input", look);
    if (value(code[0])) ask();
  };

  watch("suscriptor", ["suscriptor", "procedimiento"], []);
  watch("visitas", ["suscriptor"], []);
  watch("tercero", ["cedula", "tipo_documento", "procedimiento"], ["nombre"]);
}
