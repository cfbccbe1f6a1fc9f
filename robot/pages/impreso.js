// Keeps what a page prints and the blobs that it makes, in every window; a window that has printed does not close itself.
(() => {
  const symbol = Symbol.for('serviweb-robot-impreso');
  const most = 3;
  const snapshot = page => {
    const copy = page.documentElement.cloneNode(true);
    const fields = [...page.querySelectorAll('input, textarea, select')];
    [...copy.querySelectorAll('input, textarea, select')].forEach((field, at) => {
      if (field.tagName === 'TEXTAREA') field.textContent = fields[at].value;
      else if (field.tagName === 'SELECT') [...field.options].forEach((one, n) => one.toggleAttribute('selected', fields[at].options[n].selected));
      else field.setAttribute('value', fields[at].value);
    });
    copy.querySelectorAll('script').forEach(script => script.remove());
    const base = page.createElement('base');
    base.href = page.baseURI;
    copy.querySelector('head')?.prepend(base);
    return copy.outerHTML;
  };
  const watch = own => {
    if (own[symbol]) return;
    const kept = own[symbol] = {html: '', blobs: []};
    const print = () => { kept.html = snapshot(own.document); };
    Object.defineProperty(own, 'print', {configurable: true, get: () => print, set: () => {}});
    const close = own.close;
    own.close = () => { if (!kept.html) close.call(own); };
    const name = own.URL.createObjectURL;
    own.URL.createObjectURL = thing => {
      if (thing instanceof own.Blob && /^$|pdf|html|octet-stream/.test(thing.type)) kept.blobs.push(thing);
      if (kept.blobs.length > most) kept.blobs.shift();
      return name.call(own.URL, thing);
    };
    const open = own.open;
    own.open = (...given) => {
      const opened = open.apply(own, given);
      try { if (opened && opened.document) watch(opened); } catch { /* of another origin: nothing to be seen */ }
      return opened;
    };
  };
  watch(window);
})();
