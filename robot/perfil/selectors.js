/** Ways to find things that Playwright has no selector for, or only one that costs browser and driver many times as much. */

const INPUT = "input:not([type=hidden], [role~=presentation], [aria-hidden=true], [style*='display: none'])";

/** A list that cannot be typed into is often an input that is for reading only. */
const CHOSEN_FROM = `:is([role=combobox], [aria-haspopup]:not([aria-haspopup=false]), [aria-autocomplete], [class*=combo i],
  [class*=noedit i], [class*=dropdown i], [class*=selectbox i],
  :is([class*=combo i], [class*=dropdown i], [class*=selectbox i], [class*=selectone i]) > *)`;

/** What is filled or chosen from, whatever draws it. A label or a heading, too, may have its own words as its tip. */
const WRITES = `:is(input, select, textarea, button, fieldset, [contenteditable], [tabindex], [aria-haspopup], [role=combobox],
  [role=listbox], [role=textbox], [role=searchbox], [role=spinbutton], [role=radiogroup], [role=radio], [role=group])`;

/** The arrow of a list may go by the label of its field, and so does a list that is open. */
const NO_FIELD = `th, [role=columnheader], [role=listbox]:not([aria-haspopup]):has([role=option]), [role=option], [role=region], [role~=presentation],
  input[aria-hidden=true], input:not([type=hidden]) ~ :is(button, [role=button]):not([role=combobox])`;

const TAKES = `${WRITES}:is(:not([readonly]):not([aria-readonly=true]), [readonly]${CHOSEN_FROM}):not(${NO_FIELD})`;

const CONTROL = `:is(input:not([type=hidden], [type=button], [type=submit]), select, textarea,
  [role=combobox]:not(:has(input:not([type=hidden], [style*='display: none'])))):not([style*='display: none'],
  [role*=presentation], input[aria-hidden=true])`;

const DRAWN = ':is([role=combobox], [role=listbox], [role=textbox], [role=radiogroup])[id]';

/** As `robot.reading.equality.plain`, with one space between words and without what may follow a label. */
const plain = text => text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f:*\u200b\ufeff]/g, '')
  .replace(/\s+/g, ' ').trim();

const says = (texts, text) => text.length < 400 && texts.includes(plain(text));

/** The text before an element, whatever other elements stand between. */
const before = element => {
  let node = element.previousSibling;
  while (node && node.nodeType !== Node.TEXT_NODE) node = node.previousSibling;
  return node?.data ?? '';
};

// A form answers by the names of its fields before it does by its own: they are asked past it.
const is = (element, css) => Element.prototype.matches.call(element, css);
const first = (element, css) => Element.prototype.querySelector.call(element, css);

const engine = queryAll => ({ queryAll, query: (root, body) => queryAll(root, body)[0] });

/** What can be written into or chosen from, in every open shadow root, too. */
const escribible = engine(root => {
  const found = [], roots = [root];
  for (const one of roots) {
    found.push(...one.querySelectorAll(TAKES));
    for (const element of one.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
  }
  return found;
});

/** What a list has inside to be written into; where it has nothing, or is no list, the thing itself. */
const dentro = engine(root => {
  if (!(root instanceof Element)) return [];
  const inside = is(root, '[role=combobox]') ? [...root.querySelectorAll(INPUT)] : [];
  return inside.length ? inside : [root];
});

const boxed = element => {
  const { width, height } = element.getBoundingClientRect();
  return width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true });
};
const cut = (element, root) => {
  for (let above = element; above; above = above === root ? null : above.parentElement)
    if (!boxed(above) && getComputedStyle(above).overflow !== 'visible') return true;
  return false;
};

/** A window that is open. Its own box may be empty: what it shows may lie in the top layer, or stand fixed. */
const abierta = engine(root => {
  if (!(root instanceof Element) || !root.checkVisibility()) return [];
  return boxed(root) || [...root.querySelectorAll('*')].some(part => boxed(part) && !cut(part, root)) ? [root] : [];
});

/**
 * The controls that one of the texts stands before, in their own cell or in the one to the left, which has none; and what a script
 * has drawn in the place of a control, and a label names, which browsers do not take for one.
 */
const junto = engine((root, body) => {
  const texts = JSON.parse(body), found = [];
  for (const cell of root.querySelectorAll('td, th, dt')) {
    const beside = cell.nextElementSibling;
    if (!beside || !says(texts, cell.textContent) || first(cell, CONTROL)) continue;
    const control = is(beside, CONTROL) ? beside : first(beside, CONTROL);
    if (control) found.push(control);
  }
  found.push(...[...root.querySelectorAll(CONTROL)].filter(control => says(texts, before(control))));
  const named = new Set([...(root.ownerDocument ?? root).querySelectorAll('label[for]')]
    .filter(label => says(texts, label.textContent)).map(label => label.htmlFor));
  if (named.size) found.push(...[...root.querySelectorAll(DRAWN)].filter(drawn => named.has(drawn.id)));
  return [...new Set(found)];
});

/** What the page shows to the right of one of the texts: the next cell, or the next element. */
const mostrado = engine((root, body) => {
  const texts = JSON.parse(body);
  return [...root.querySelectorAll('td, th, dt, label, b, strong, span')].filter(e => says(texts, e.textContent))
    .map(e => e.nextElementSibling)
    .filter(e => e && !is(e, CONTROL) && !first(e, CONTROL) && e.textContent.trim());
});
