/* Everything on a page that can be filled or clicked, or only the one given, with all that names it. */
only => {
  const words = text => (text ?? '').replace(/[\s:*]+/g, ' ').trim();
  const text = node => words(node?.innerText ?? node?.textContent);
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
        const said = near.nodeType === Node.TEXT_NODE ? words(near.textContent) : text(near);
        if (said) return said.length < 60 ? said : '';
        if (near.nodeType === Node.ELEMENT_NODE && near.querySelector('input, select, textarea')) break;
      }
    }
    return '';
  };

  const above = e => {
    const cell = e.closest('td'), row = cell?.parentElement, up = row?.previousElementSibling;
    return up ? text(up.children[[...row.children].indexOf(cell)]) : '';
  };

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

  const all = only ? [only] : [...everywhere(document, 'input, select, textarea, button, a, img, [role], [onclick], [onmouseover], li')];
  return all.filter(e => only || shown(e)).slice(0, 400).map(e => ({
      rol: kind(e),
      propio: own(e),
      etiqueta: (e.labels?.length ? text(e.labels[0]) : '') || e.getAttribute('aria-label') || '',
      titulo: e.title || '',
      marcador: e.placeholder || '',
      alterno: e.alt || '',
      antes: before(e),
      encima: above(e),
      prueba: e.dataset.testid || '',
      id: e.id || '',
      name: e.getAttribute('name') || '',
      tag: e.tagName.toLowerCase(),
      camino: only ? path(e) : '',
    }));
}
