(all, {results, parts, cards, root, forward}) => {
  // What the page around a list of results says of other pages, and where it can be clicked; indices are those of `all`.
  // What is a pixel wide is there for those who listen to the page, and may tell of an earlier search.
  const visible = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && e.getBoundingClientRect().width > 1;
  const plain = text => text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').replace(/\s+/g, ' ').trim().toLowerCase();
  const above = e => e.parentElement ?? e.getRootNode().host ?? null;
  const within = (e, other) => {
    for (let part = other; part; part = above(part)) if (part === e) return true;
    return false;
  };
  const ofResults = new Set(parts);
  const isResult = e => cards ? e.tagName === results.tagName && e.className === results.className : ofResults.has(e);
  const inResults = e => {
    for (let part = e; part; part = above(part)) if (isResult(part)) return true;
    return false;
  };

  // Words around the results, from the nearest part of the page to the whole of it, without the results themselves.
  const words = (root, without) => {
    const found = [];
    const walk = node => {
      if (node === without) return;
      if (node.nodeType === Node.TEXT_NODE) { found.push(node.data); return; }
      if (node.nodeType !== Node.ELEMENT_NODE || !visible(node) && getComputedStyle(node).display !== 'contents') return;
      if (/^(SCRIPT|STYLE|SELECT|TEXTAREA|OPTION)$/.test(node.tagName) || isResult(node)) return;
      if (node.tagName === 'INPUT') { if (/^(text|number)$/.test(node.type)) found.push(` ${node.value} `); return; }
      const block = /^(block|table|list-item|flex|grid|table-row|table-cell)$/.test(getComputedStyle(node).display);
      if (block || node.tagName === 'BR') found.push('\n');
      const inside = node.localName === 'slot' && node.assignedNodes().length ? node.assignedNodes() : (node.shadowRoot ?? node).childNodes;
      inside.forEach(walk);
      if (block) found.push('\n');
    };
    walk(root);
    return found.join('').replace(/[^\S\n]+/g, ' ').replace(/\s*\n\s*/g, '\n').trim();
  };
  const levels = [];
  for (let inner = results, part = above(results); part && inner !== root; inner = part, part = above(part)) {
    const said = words(part, inner);
    if (said) levels.push(said);
  }

  // What can be clicked.
  const off = text => /(^|[-_\s])(disabled?|inactiv[oa]|deshabilitad[oa])($|[-_\s])/i.test(text) || /[a-z](Disabled?|Deshabilitad[oa])($|[-_\s])/.test(text);
  const classed = e => `${e.getAttribute('class') ?? ''}`;
  const own = e => e.matches('a[href], a[onclick], button, input, [role=button], [role=link], [onclick]');
  const controls = all.filter(one => own(one) && visible(one));
  // What is drawn around one control and no other, which may be what says that it is off.
  const itsOwn = e => {
    const parts = [e];
    const others = controls.filter(one => !within(e, one) && !within(one, e));
    for (let part = above(e); part && part !== document.body && !within(part, results) && !others.some(one => within(part, one)); part = above(part)) parts.push(part);
    return parts;
  };
  const disabled = e => itsOwn(e).some(one => one.disabled || one.getAttribute('aria-disabled') === 'true' || off(classed(one)))
    || getComputedStyle(e).pointerEvents === 'none';
  const clickable = e => own(e) || getComputedStyle(e).cursor === 'pointer';
  const hint = e => {
    const marks = [e, ...e.querySelectorAll('i, span, img, svg')];
    const drawn = marks.map(one => `${classed(one)} ${(one.getAttribute('src') ?? '').split('/').pop()}`).join(' ');
    const last = /(^|[-_\s.])(last|ultim[oa]|final|fin)($|[-_\s.\d])|double|doble|end\b/i;
    const next = /(^|[-_\s.])(next|sig|siguiente|adelante|derecha|der|right|forward)($|[-_\s.\d])/i;
    return next.test(drawn) && !last.test(drawn) ? 'siguiente' : '';
  };
  const label = e => {
    const alt = [...e.querySelectorAll('img')].map(one => one.alt || one.title).join(' ');
    const tips = ['data-qtip', 'data-tooltip', 'data-original-title', 'data-title'].map(name => e.getAttribute(name));
    const said = [e.innerText, e.value, e.getAttribute('aria-label'), e.title, e.alt, alt, ...tips];
    return said.map(one => typeof one === 'string' ? plain(one) : '').find(one => one !== '') ?? '';
  };
  const shown = all.map((e, at) => ({e, at})).filter(({e}) => visible(e) && !inResults(e) && !within(e, results));
  const named = shown.map(one => ({...one, label: label(one.e)}));
  const inner = named.filter(one => !named.some(other => other !== one && one.e.contains(other.e) && other.label === one.label
    && (clickable(other.e) || !own(one.e))));

  // The numbers of pages: two or more in a part of the page that holds nothing else than a pager does.
  const pager = /^(?:[\s\d.,…«»‹›<>|[\]()·:\/-]|→|←|▶|◀|paginas?|pag|ir|a|la|de|total|registros?|resultados?|anterior(?:es)?|siguientes?|primer[oa]?|ultim[oa]|mas|sig|ant|next|prev(?:ious)?|first|last|page)*$/;
  const number = one => /^[[(]?\d{1,4}[\])]?$/.test(one.label) ? Number(one.label.replace(/\D/g, '')) : null;
  const dated = e => e.closest('[class*=calend i], [class*=datepicker i], [id*=calend i], [class*=picker i]') !== null;
  const digits = inner.filter(one => number(one) !== null && !dated(one.e));
  const around = e => {
    let widest = null;
    for (let part = e.parentElement; part && !within(part, results) && pager.test(plain(words(part, null))); part = part.parentElement) widest = part;
    // Within the table of results the row that spans it is the pager.
    const row = e.closest('td[colspan], th[colspan]');
    return widest ?? (row && pager.test(plain(words(row, null))) ? row : null);
  };
  const here = /(^|[-_\s])(active|activ[oa]|current|selected|seleccionad[oa]|actual)($|[-_\s])/i;
  const wraps = e => e.parentElement?.matches('li, td, span') && e.parentElement.children.length === 1 ? [e, e.parentElement] : [e];
  const current = e => wraps(e).some(one => one.getAttribute('aria-current') !== null || here.test(classed(one)));
  // Where several rows of numbers stand side by side, each counts for itself: how many results come on a page may be told so, too.
  const row = e => { let part = above(e); while (part && !digits.some(other => other.e !== e && within(part, other.e))) part = above(part); return part; };
  const rowsOf = part => {
    const rows = [...new Set(digits.filter(one => part.contains(one.e)).map(one => row(one.e)).filter(one => one && part.contains(one)))];
    const outer = rows.filter(one => !rows.some(other => other !== one && other.contains(one)));
    return outer.length > 1 ? outer : [part];
  };
  const follow = every => every.some(n => n === 1 || every.includes(n + 1));
  let numbers = [], actual = null, dots = null;
  const spots = [...new Set(digits.map(one => around(one.e)).filter(part => part !== null))].flatMap(rowsOf);
  for (const part of spots) {
    const linked = digits.filter(one => part.contains(one.e) && clickable(one.e) && !disabled(one.e));
    const counted = plain(words(part, null)).replace(/pag\S*\s*\d+\s*(de|\/)\s*\d+|\d+\s*(a|-|al)\s*\d+\s*de\s*\d+|\d+\s*(registros?|resultados?)/g, ' ');
    const every = [...new Set((counted.match(/\d+/g) ?? []).map(Number))];
    const alone = every.length === 1 && every[0] === 1 && /pag/i.test(`${classed(part)} ${part.id} ${classed(part.closest('tr') ?? part)}`);
    if (!linked.length && !alone || linked.length && every.length < 2 || !follow(every) || every.length <= numbers.length) continue;
    const marked = digits.filter(one => part.contains(one.e) && current(one.e)).map(number);
    const unlinked = every.filter(n => !linked.some(one => number(one) === n));
    actual = marked.length === 1 ? marked[0] : unlinked.length === 1 ? unlinked[0] : null;
    numbers = every.map(n => ({n, at: linked.find(one => number(one) === n)?.at ?? null}));
    const last = inner.filter(one => part.contains(one.e) && /^(…|\.{2,3})$/.test(one.label)).at(-1);
    const after = last && !digits.some(one => part.contains(one.e)
      && last.e.compareDocumentPosition(one.e) & Node.DOCUMENT_POSITION_FOLLOWING);
    dots = after || /(…|\.{2,3})[\s»›>]*$/.test(counted) ? {at: after && clickable(last.e) ? last.at : null} : null;
  }

  // What leads forward, by the first of its usual names; what tells the name of it while the mouse rests there cannot be clicked.
  const rank = one => {
    const wanted = plain(one.label).replace(/[\s»›>→▶]+$/, '') || one.label;
    const at = forward.findIndex(name => plain(name) === one.label || plain(name) === wanted);
    return at >= 0 ? at : one.label === '' && clickable(one.e) && hint(one.e) ? forward.length : -1;
  };
  const ways = inner.map(one => ({...one, rank: rank(one)})).filter(one => one.rank >= 0);
  ways.sort((one, other) => one.rank - other.rank || clickable(other.e) - clickable(one.e) || other.at - one.at);
  const way = ways[0];
  const back = inner.some(one => /^[«‹<←\s]*(anterior(es)?|pagina anterior|ant\.?|previous|prev\.?|primera?|[«‹<←]|<<)$/.test(one.label) && clickable(one.e) && !disabled(one.e));
  const next = way ? {at: way.at, enabled: clickable(way.e) && !disabled(way.e), worded: /[a-z]/.test(way.label)} : null;

  // Lists: of the pages themselves, and of how many results come on one.
  const lists = all.map((e, at) => ({e, at})).filter(({e}) => e.tagName === 'SELECT' && visible(e) && !e.disabled && !inResults(e));
  const context = e => plain(`${e.name} ${e.id} ${classed(e)} ${e.getAttribute('aria-label') ?? ''} ${e.title} ${e.labels?.[0]?.innerText ?? ''} ${words(e.parentElement, null)}`);
  let pages = null, size = null;
  for (const {e, at} of lists) {
    const options = [...e.options].map(o => plain(o.text));
    const values = options.map(text => /^(?:pag\S*\s*)?(\d+)(?:\s*(?:de|\/)\s*\d+)?$/.exec(text)).map(m => m ? Number(m[1]) : null);
    if (values.length && values.every((n, i) => n === i + 1) && /pag|page|\bir a\b/.test(context(e))) {
      pages = {at, value: e.selectedIndex + 1, count: values.length};
    } else if (values.some(n => n !== null) && /pag|page|mostrar|ver|registros|resultados|filas|length|size|limit/.test(context(e))
        && values.every((n, i) => n !== null || /^(todos|todas|all|ver todos|-1)$/.test(options[i]))) {
      size = {at, value: values[e.selectedIndex] ?? null, most: values.indexOf(null) >= 0 ? values.indexOf(null) : values.indexOf(Math.max(...values)), chosen: e.selectedIndex};
    }
  }
  return {levels, numbers, actual, dots, next, back, pages, size};
}
