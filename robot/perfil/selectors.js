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
const plain = text => text.toLowerCase().normalize('NFKD').replace(/[\u0300-\u036f:*\u200b\ufeff]/g, '')
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

/** A document or part of it, with every open shadow root in it. */
const everywhere = root => {
  const roots = root.shadowRoot ? [root, root.shadowRoot] : [root];
  for (const one of roots)
    for (const element of one.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
  return roots;
};

/** What has an attribute that says one of the texts, with or without what is drawn beside the words. */
const marked = (root, texts, names) => {
  const drawn = /[\u2190-\u2bff\ue000-\uf8ff\ufe0f\u{1f000}-\u{1fbff}]/gu;
  const so = text => text !== null && (says(texts, text) || says(texts, text.replace(drawn, '') || '*'));
  return everywhere(root).flatMap(one => [...one.querySelectorAll(names.map(name => `[${name}]`))])
    .filter(element => names.some(name => so(element.getAttribute(name))));
};

/** One engine for all: what is to be found stands before the colon. */
const engine = finds => {
  const queryAll = (root, body) => {
    const [, name, texts] = /^(\w+):?(.*)$/s.exec(body);
    return finds[name](root, texts);
  };
  return { queryAll, query: (root, body) => queryAll(root, body)[0] };
};

/** What can be written into or chosen from, in every open shadow root, too. */
const escribible = root => everywhere(root).flatMap(one => [...one.querySelectorAll(TAKES)]);

/** What a list has inside to be written into; where it has nothing, or is no list, the thing itself. */
const dentro = root => {
  if (!(root instanceof Element)) return [];
  const inside = is(root, '[role=combobox]') ? [...root.querySelectorAll(INPUT)] : [];
  return inside.length ? inside : [root];
};

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
const abierta = root => {
  if (!(root instanceof Element) || !root.checkVisibility()) return [];
  return boxed(root) || [...root.querySelectorAll('*')].some(part => boxed(part) && !cut(part, root)) ? [root] : [];
};

/**
 * What has one of the texts as its tip or in the place of its value; the controls that one of the texts stands before, in their own cell or in the one to the left, which has none; and what a script
 * has drawn in the place of a control, and a label names, which browsers do not take for one.
 */
const junto = (root, body) => {
  const texts = JSON.parse(body), found = marked(root, texts, ['title', 'placeholder']);
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
};

/** What has one of the texts as its tip or in the place of its picture. */
const dibujado = (root, body) => marked(root, JSON.parse(body), ['title', 'alt']);

/** What the page shows to the right of one of the texts: the next cell, or the next element. */
const mostrado = (root, body) => {
  const texts = JSON.parse(body);
  return [...root.querySelectorAll('td, th, dt, label, b, strong, span')].filter(e => says(texts, e.textContent))
    .map(e => e.nextElementSibling)
    .filter(e => e && !is(e, CONTROL) && !first(e, CONTROL) && e.textContent.trim());
};

/**
 * What can be pushed and has one of the texts in what it says, in every open shadow root, too: whoever is not there cannot go by that
 * name. Only letters and figures count, so that it is never less than what role and name would find.
 */
const menciona = (root, body) => {
  const texts = JSON.parse(body), found = [];
  const bare = text => text.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]/g, '');
  const drawn = element => ['::before', '::after'].map(part => getComputedStyle(element, part).content).join(' ');
  for (const one of everywhere(root)) {
    for (const element of one.querySelectorAll('button, input, summary, a, area, [role], [title], [alt]')) {
      const named = (element.getAttribute('aria-labelledby') ?? '').split(/\s+/).filter(Boolean);
      const own = [element, ...named.map(id => one.getElementById?.(id)), ...element.labels ?? []].filter(Boolean);
      const said = own.flatMap(e => [e.textContent || drawn(e), e.value, ...['aria-label', 'title', 'alt', 'placeholder']
        .map(name => e.getAttribute(name))]).filter(words => typeof words === 'string').join(' ');
      if (said.length < 2000 && texts.some(text => bare(said).includes(text))) found.push(element);
    }
  }
  return found;
};
