/* Everything on a page that can be filled or clicked, or only what is given (one thing, several, or CSS of more), with all that
   tells it apart. What it holds is told nowhere. */
given => {
  const words = text => (text ?? '').replace(/[\s:*]+/g, ' ').trim();
  const text = node => words(node?.innerText ?? node?.textContent);

  // What a control inside holds is no word of its label.
  const bare = node => {
    const inside = 'input, select, textarea, button, [role=combobox], [role=listbox]';
    if (node?.nodeType !== Node.ELEMENT_NODE || !node.querySelector(inside)) return text(node);
    const copy = node.cloneNode(true);
    copy.querySelectorAll(inside).forEach(one => one.remove());
    return words(copy.textContent);
  };
  const roles = {SELECT: 'combobox', TEXTAREA: 'textbox', A: 'link', BUTTON: 'button', IMG: 'img'};
  const buttons = ['button', 'submit', 'image', 'reset'];

  const kind = e => e.getAttribute('role') ||
    (e.tagName === 'INPUT' ? (buttons.includes(e.type) ? 'button' : 'textbox') : roles[e.tagName] ?? 'generic');

  const own = e => {
    if (e.tagName === 'INPUT') return buttons.includes(e.type) ? e.value : '';
    return ['BUTTON', 'A'].includes(e.tagName) || e.matches('[onclick], [onmouseover], [role=menuitem], [role=treeitem], [role=button], [role=link], li, td') ? text(e).slice(0, 60) : '';
  };

  const before = e => {
    for (let node = e; node && node !== document.body; node = node.parentElement) {
      for (let near = node.previousSibling; near; near = near.previousSibling) {
        const said = near.nodeType === Node.TEXT_NODE ? words(near.textContent) : bare(near);
        if (said) return said.length < 60 ? near : null;
        if (near.nodeType === Node.ELEMENT_NODE && near.querySelector('input, select, textarea')) break;
      }
    }
    return null;
  };

  const above = e => {
    const cell = e.closest('td'), row = cell?.parentElement, up = row?.previousElementSibling;
    return up ? up.children[[...row.children].indexOf(cell)] : null;
  };

  // Whether words beside a thing are a label by how they are written; else they may be what the page shows of somebody.
  const labels = node => node && (/[:*]\s*$/.test(node.innerText ?? node.textContent) ||
    node.nodeType === Node.ELEMENT_NODE && node.matches('label, th, dt, legend, :has(> label:only-child)')) ? 'si' : '';

  const referred = (e, attribute) => (e.getAttribute(attribute) ?? '').split(/\s+/).filter(Boolean)
    .map(id => e.getRootNode().getElementById?.(id)).filter(one => one && !e.contains(one)).map(bare).join(' ').trim();

  // Words that repeat what the thing holds are no name of it.
  const typed = e => e.tagName === 'TEXTAREA' || e.tagName === 'INPUT' && ![...buttons, 'checkbox', 'radio'].includes(e.type);
  const name = (e, said) => {
    const held = typed(e) ? words(e.value) : '', shows = e.getAttribute('role') === 'combobox' ? text(e) : '';
    return held.length > 2 && words(said).includes(held) || shows && words(said) === shows ? '' : words(said);
  };

  const known = window[Symbol.for('serviweb-robot-identidad')] ??= new WeakMap();
  const which = e => known.get(e) ?? (known.set(e, String(Math.random())), known.get(e));

  const shown = e => {
    const box = e.getBoundingClientRect();
    return e.type !== 'hidden' && box.width > 0 && box.height > 0 && getComputedStyle(e).visibility !== 'hidden';
  };

  const path = e => {
    const steps = [];
    for (let node = e; node.parentElement; node = node.parentElement) {
      const alike = [...node.parentElement.children].filter(one => one.tagName === node.tagName);
      steps.unshift(node.tagName.toLowerCase() + (alike.length > 1 ? `:nth-of-type(${alike.indexOf(node) + 1})` : ''));
    }
    return steps.join(' > ');
  };

  // What lies in the tree of an element of its own (shadow DOM), too.
  const everywhere = (root, what) => [...root.querySelectorAll('*')].flatMap(e => [
    ...(e.matches(what) ? [e] : []), ...(e.shadowRoot ? everywhere(e.shadowRoot, what) : [])]);

  const clickable = 'input, select, textarea, button, a, img, [role], [onclick], [onmouseover], li';
  const only = typeof given === 'object' && given ? [given].flat() : null;
  const all = only ?? everywhere(document, given ? `${clickable}, ${given}` : clickable);
  return all.filter(e => only || shown(e)).slice(0, 400).map(e => {
    const near = before(e), header = above(e), box = e.getBoundingClientRect();
    return {
      clave: which(e),
      rol: kind(e),
      propio: own(e),
      etiqueta: name(e, (e.labels?.length ? bare(e.labels[0]) : '') || e.getAttribute('aria-label')) || referred(e, 'aria-labelledby'),
      titulo: name(e, e.title),
      marcador: e.placeholder || '',
      alterno: e.alt || '',
      antes: bare(near),
      antes_rotula: labels(near),
      encima: bare(header),
      encima_rotula: labels(header),
      prueba: e.dataset.testid || '',
      id: e.id || '',
      name: e.getAttribute('name') || '',
      tag: e.tagName.toLowerCase(),
      tipo: e.getAttribute('type') || '',
      hace: e.getAttribute('onclick') || e.getAttribute('href') || '',
      camino: path(e),
      x: String(Math.round(box.x + scrollX)),
      y: String(Math.round(box.y + scrollY)),
    };
  });
}
