([named, parts]) => {
  // The labels of the fields that the page says have to be filled, that are blank, and that none of the named things is; within
  // these parts of it, or in all of it.
  const FIELDS = 'input, select, textarea, [role=combobox], [role=textbox], [role=listbox], [role=radiogroup]';
  const said = node => (node?.innerText ?? node?.textContent ?? '').replace(/\s+/g, ' ').trim();
  const buttons = ['hidden', 'button', 'submit', 'image', 'reset'];
  const every = root => [...root.querySelectorAll('*')].flatMap(e => [...(e.matches(FIELDS) ? [e] : []), ...(e.shadowRoot ? every(e.shadowRoot) : [])]);
  const within = (e, other) => {
    for (let part = other; part; part = part.parentNode ?? part.host) if (part === e) return true;
    return false;
  };
  const label = e => {
    const byId = (e.getAttribute('aria-labelledby') ?? '').split(/\s+/).map(id => said(e.getRootNode().getElementById?.(id))).join(' ').trim();
    const cell = e.closest('td, dd')?.previousElementSibling;
    const told = [said(e.labels?.[0]), e.getAttribute('aria-label'), byId, said(e.previousElementSibling) || (e.previousSibling?.data ?? '').trim(), said(cell)];
    return told.find(one => one && one.length < 60) ?? '';
  };
  const holds = e => {
    if (e.tagName === 'SELECT') return e.value !== '' && e.value !== '0' && e.value !== '-1';
    if (e.type === 'radio') return [...e.getRootNode().querySelectorAll('input[type=radio]')].some(o => o.name === e.name && o.checked);
    if (e.type === 'checkbox') return true;
    return 'value' in e ? e.value !== '' : said(e) !== '';
  };
  const asks = e => {
    const box = e.getBoundingClientRect();
    if (buttons.includes(e.type) || e.disabled || e.readOnly && e.getAttribute('role') !== 'combobox') return false;
    if (e.closest('[aria-hidden=true]') || box.width < 2 || box.height < 2 || !e.checkVisibility({visibilityProperty: true})) return false;
    return (e.required || e.getAttribute('aria-required') === 'true' || label(e).includes('*')) && !holds(e);
  };
  const there = e => !parts.length || parts.some(part => within(part, e));
  const own = every(document).filter(e => there(e) && asks(e) && !named.some(one => within(one, e) || within(e, one)));
  return [...new Set(own.map(e => label(e).replace(/[\s:*]+/g, ' ').trim() || e.getAttribute('name') || e.id || e.placeholder || '?'))];
}
