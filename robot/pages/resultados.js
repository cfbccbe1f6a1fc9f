header => {
  // The names of the columns, and the rows below them: their texts in the order of the names, and the elements that they are made of.
  const CELL = 'td, th, [role=cell], [role=gridcell], [role=columnheader], [role=rowheader]';
  // A cell may be a place in which its page shows what stands elsewhere: nothing of that is inside it.
  const laid = node => node.localName === 'slot' ? (node.assignedNodes({flatten: true}).length ? node.assignedNodes({flatten: true}) : [...node.childNodes]).map(laid).join('')
    : node.nodeType === Node.TEXT_NODE ? node.data
    : node.nodeType !== Node.ELEMENT_NODE ? '' : node.querySelector('slot') ? [...node.childNodes].map(laid).join('') : node.innerText ?? '';
  const said = e => laid(e).trim();
  const box = e => e.getBoundingClientRect();
  const shown = e => box(e).width > 1 && box(e).height > 1 && e.checkVisibility({visibilityProperty: true});
  const above = e => e.parentElement ?? e.getRootNode().host ?? null;
  const follows = e => header.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING && !header.contains(e);
  const cells = row => [...row.querySelectorAll(CELL)].filter(one => {
    const around = one.parentElement.closest(CELL);
    return !around || around === row || !row.contains(around);
  });

  // Rows that say of themselves that they are some. One may consist of a table that has one row; a table that is apart from its
  // header has it once more, without height or with the same words.
  const rowsOf = (part, names, own) => {
    const found = [];
    for (const e of part.querySelectorAll('tr, [role=row]')) {
      if (!follows(e) || !shown(e) || found.some(row => row.parts[0].contains(e))) continue;
      const texts = own(e).map(said);
      if (texts.length === names.length && texts.some((text, at) => text !== names[at])) found.push({texts, parts: [e]});
    }
    return found;
  };

  const FORM = 'input:not([type=hidden], [type=checkbox]), select, textarea';

  // Rows that only stand as such: what lies below the names of two columns or more, on one line.
  const speaks = e => shown(e) && [...e.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const wholeCell = (e, top) => {
    const text = said(e);
    while (e.parentElement && e.parentElement !== top && said(e.parentElement) === text) e = e.parentElement;
    return e;
  };
  // The bar that turns pages may lie under the names, too: it asks for the number of a page, and tells no number of a trámite.
  const turnsPages = ({texts, parts: [first, ...others], top, end}) => {
    if (texts.some(text => /\d{4}/.test(text))) return false;
    let bar = first;
    while (bar && !others.every(one => bar.contains(one))) bar = above(bar);
    return !!bar && [...bar.querySelectorAll(FORM)].some(field => box(field).top < end && top < box(field).bottom);
  };
  const linesOf = (part, columns) => {
    const bottom = box(header).bottom - 2, lines = [];
    const leaves = [...part.querySelectorAll('*')].filter(e => follows(e) && speaks(e) && box(e).top >= bottom);
    for (const e of new Set(leaves.map(leaf => wholeCell(leaf, part)))) {
      const {left, right, top, bottom: end} = box(e), middle = (top + end) / 2;
      const at = columns.findIndex(column => Math.min(right, column.right) - Math.max(left, column.left) > 0.7 * (right - left));
      if (at < 0) continue;
      const line = lines.find(one => one.top < middle && middle < one.end && !one.texts[at]);
      if (line) { line.texts[at] = said(e); line.parts.push(e); } else {
        const texts = columns.map(() => '');
        texts[at] = said(e);
        lines.push({texts, parts: [e], top, end});
      }
    }
    const rows = lines.filter(line => line.texts.filter(Boolean).length > 1 && !turnsPages(line));
    return rows.sort((one, other) => one.top - other.top);
  };

  // What has a form before the results is more than what they are drawn in.
  const before = part => [...part.querySelectorAll(FORM)].some(e => e.compareDocumentPosition(header) & Node.DOCUMENT_POSITION_FOLLOWING);
  const climb = (look, whole) => {
    let found = [];
    for (let part = above(header); part && !found.length && (whole || !before(part)); part = above(part)) found = look(part);
    return found;
  };
  const proper = cells(header);
  let names = proper.map(said), found;
  if (names.length > 1) found = climb(part => rowsOf(part, names, cells), true);
  else {
    const labels = [...header.querySelectorAll('*')].filter(speaks);
    const columns = labels.map(label => {
      let e = label;
      while (above(e) !== header && !labels.some(other => other !== label && above(e).contains(other))) e = above(e);
      return box(e);
    });
    names = labels.map(said);
    found = climb(part => {
      const rows = rowsOf(part, names, row => cells(row).filter(shown));
      return rows.length ? rows : linesOf(part, columns);
    }, false);
  }
  return {names, rows: found.map(row => row.texts), parts: found.map(row => row.parts)};
}
