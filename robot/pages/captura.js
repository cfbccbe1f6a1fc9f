/* Lets a person point at things: while it is on, a click takes what is under it and does nothing else. */
(() => {
  if (window.robotCaptura) return;
  const own = event => event.composedPath().some(node => node.id === 'robot-captura');
  const tell = what => console.debug('robot-captura ' + what);
  const captura = window.robotCaptura = {on: false, taken: null};
  for (const kind of ['pointerdown', 'mousedown', 'mouseup', 'pointerup', 'click', 'dblclick']) {
    window.addEventListener(kind, event => {
      if (!captura.on || own(event)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (kind === 'click') { captura.taken = event.target; tell('tomado'); }
    }, true);
  }
  captura.ask = (words, buttons) => {
    const shown = document.getElementById('robot-captura');
    if (shown?.firstChild.textContent === words) return;
    shown?.remove();
    const bar = document.createElement('div');
    bar.id = 'robot-captura';
    bar.setAttribute('role', 'region');
    bar.setAttribute('aria-label', 'Captura del perfil');
    bar.style.cssText = 'position:fixed;left:0;right:0;bottom:0;z-index:2147483647;background:#12343b;color:#fff;padding:12px 18px;' +
      'font:16px/1.4 system-ui,sans-serif;display:flex;gap:12px;align-items:center;box-shadow:0 -2px 10px #0006';
    const text = document.createElement('span');
    text.style.flex = '1';
    text.textContent = words;
    bar.append(text, ...buttons.map(([what, label]) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      button.style.cssText = 'font:inherit;padding:6px 14px;border:1px solid #fff8;border-radius:6px;background:#1f5560;color:#fff;cursor:pointer';
      button.onclick = () => tell(what);
      return button;
    }));
    document.body.append(bar);
  };
})();
