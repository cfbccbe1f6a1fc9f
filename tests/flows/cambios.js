/* Changes a form of a trámite as an upgrade of Serviweb would, once it is drawn; `cual` is the change, `donde` the CSS of its things.
   The thing that the name means stays marked as the truth; what looks like it and is new is a decoy, and its click is told. */
(cual, donde) => {
  const ponerle = (e, texto) => { if (e.tagName === 'INPUT') e.value = texto; else e.textContent = texto; e.removeAttribute('aria-label'); };
  const rotulo = e => e.labels?.[0] ?? document.getElementById(e.getAttribute('aria-labelledby')) ?? e.closest('td')?.previousElementSibling;
  const rotular = (e, texto) => {
    const walker = document.createTreeWalker(rotulo(e), NodeFilter.SHOW_TEXT);
    let nodo = walker.nextNode();
    while (!nodo.data.trim()) nodo = walker.nextNode();
    nodo.data = texto;
    e.removeAttribute('title');
  };
  const forma = e => e.closest('form');
  const senuelo = (e, html) => {
    const uno = document.createElement('div');
    uno.innerHTML = html;
    uno.addEventListener('click', () => fetch('/senuelo', {method: 'POST'}));
    forma(e).before(uno);
  };
  const cambios = {
    renombrado: ['guardar', e => { senuelo(e, '<button type="button">Guardar borrador</button>'); ponerle(e, 'Enviar petición'); }],
    rotulado: ['observacion', e => { senuelo(e, '<p>Nota interna: <input name="nota"></p>'); rotular(e, 'Relato de los hechos:'); }],
    movido: ['guardar', e => { senuelo(e, '<button type="button">Imprimir borrador</button>'); ponerle(e, 'Tramitar ya'); forma(e).prepend(e); }],
    enmarcado: ['observacion', e => {
      const marco = document.createElement('iframe');
      marco.name = 'texto';
      e.replaceWith(marco);
      marco.contentDocument.body.append(e);
    }],
    de_otra_clase: ['guardar', e => {
      senuelo(e, '<button type="button">Ver historial</button>');
      const enlace = document.createElement('a');
      enlace.href = '#';
      enlace.textContent = 'Guardado final';
      e.replaceWith(enlace);
      return enlace;
    }],
    reordenado: ['zona', e => {
      rotular(e, 'Sector de atención');
      const parte = rotulo(e).closest('tbody, .form-row, .grid, form');
      [...parte.children].reverse().forEach(una => parte.append(una));
    }],
    duplicado: ['suscriptor', e => {
      const texto = rotulo(e).textContent.replace(':', '').trim();
      senuelo(e, `<p><label for="otro">${texto}</label> <input id="otro" name="filtro"></p>`);
    }],
    renombrado_por_dentro: ['servicio', e => { rotular(e, 'Línea de negocio'); e.id = 'ctl0_f7'; e.name = 'cmpLinea'; }],
    sin_palabras: ['agregar', e => {
      senuelo(e, '<button type="button" title="Agregar adjunto">📎</button>');
      ponerle(e, '👤');
      e.removeAttribute('title');
    }],
    envuelto: ['tercero', e => {
      rotular(e, 'Quién pide');
      const dentro = document.createElement('span');
      e.replaceWith(dentro);
      dentro.append(e);
    }],
  };
  const [nombre, cambiar] = cambios[cual];
  const mirar = () => {
    const e = document.querySelector(donde[nombre]);
    if (!e || document.querySelector('[data-verdad]') || window.cambiada) return;
    window.cambiada = true;
    (cambiar(e) ?? e).dataset.verdad = nombre;
  };
  new MutationObserver(mirar).observe(document, {childList: true, subtree: true});
  addEventListener('load', mirar);
}
