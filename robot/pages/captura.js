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
  // The way that a person goes through a menu: what they click, and what that lies in.
  const says = e => {
    if (!e.matches?.('a, button, li, td, [role=menuitem], [role=button], [onclick], [onmouseover]')) return '';
    const lines = [...e.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data.trim()).filter(Boolean);
    const first = e.matches('li') ? e.firstElementChild?.innerText?.trim() ?? '' : e.children.length ? '' : e.innerText.trim();
    const said = lines[0] ?? first.split('\n')[0];
    return said.length <= 40 ? said : '';
  };
  window.addEventListener('click', event => {
    if (captura.on || own(event)) return;
    const way = event.composedPath().map(says).filter(Boolean).reverse();
    if (way.length) tell('camino ' + JSON.stringify(way.filter((said, at) => said !== way[at - 1])));
  }, true);
  captura.ask = (words, buttons, writes) => {
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
    const written = document.createElement('input');
    written.style.cssText = 'font:inherit;flex:1;padding:6px';
    written.setAttribute('aria-label', words);
    bar.append(text, ...(writes ? [written] : []), ...buttons.map(([what, label]) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = label;
      button.style.cssText = 'font:inherit;padding:6px 14px;border:1px solid #fff8;border-radius:6px;background:#1f5560;color:#fff;cursor:pointer';
      button.onclick = () => { if (writes) tell('texto ' + written.value); tell(what); };
      return button;
    }));
    document.body.append(bar);
  };
})();
