/* A list that the page draws itself: what belongs to its field, what has come to be seen since, and what it will post.
   Called with what tells the content of a thing, it returns functions that take the field and what they need. */
(content => {
  const KEY = Symbol.for('serviweb-robot-lista');
  const STEP_MS = 40, STILL = 2, LATE = 5, LOOKS = 12;
  const page = () => (window[KEY] ??= {before: new WeakSet(), chosen: {}, option: null, field: null});
  const box = e => e.getBoundingClientRect();
  const seen = e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}) && box(e).width > 1 && box(e).height > 1;
  const words = e => (e.innerText ?? e.textContent ?? '').replace(/\s+/g, ' ').trim();
  // What only draws the arrow of a list may be an input.
  const INPUT = 'input:not([type=hidden], [role~=presentation], [aria-hidden=true])';
  const CONTROLS = `${INPUT}, select, textarea, [role=combobox]`;
  const OPTIONS = ['[role=option]', '[role=treeitem]', 'li', 'tr', '[role=menuitem]'];
  const NO_LIST = '[role=tooltip], [role=alert], [role=status], [role=alertdialog]';

  /* Everything inside, as the page shows it: what an element shows of its own, with what is put into its slots. */
  function* every(root) {
    for (const e of root.localName === 'slot' && root.assignedElements().length ? root.assignedElements() : (root.shadowRoot ?? root).children) {
      yield e;
      yield* every(e);
    }
  }
  const above = e => e.assignedSlot ?? e.parentElement ?? e.getRootNode().host ?? null;
  const within = (e, outer) => { for (; e; e = above(e)) if (e === outer) return true; return false; };

  /* The part of the page that is this field's alone, from the inside out. */
  function* widget(field) {
    let part = field;
    for (let level = 0; level < 6; level++) {
      part = above(part);
      if (!part || part === document.body) return;
      const others = [...part.querySelectorAll(CONTROLS)].filter(e => e !== field && seen(e) && !within(e, field) && !within(field, e));
      if (others.length) return;
      yield part;
    }
  }

  /* How things are before it is opened; what is to be seen by then is no part of it. */
  function begin(field, name) {
    const state = page();
    state.before = new WeakSet();
    state.option = null;
    state.field = field;
    for (const e of every(document.documentElement)) if (seen(e)) state.before.add(e);
    return {text: content(field), posted: posted(field), editable: editable(field), unchanged: state.chosen[name]?.unchanged() ?? true};
  }

  function referenced(field) {
    const near = [field, field.closest('[role=combobox]'), field.querySelector?.('[role=combobox]')].filter(Boolean);
    const ids = near.flatMap(e => ['aria-controls', 'aria-owns'].flatMap(a => (e.getAttribute(a) ?? '').split(/\s+/))).filter(Boolean);
    const home = field.getRootNode();
    return ids.map(id => home.getElementById?.(id) ?? document.getElementById(id)).filter(e => e && seen(e));
  }

  const beside = (e, field) => {
    const a = box(e), b = box(field);
    return a.left < b.right && a.right > b.left && a.top < b.bottom + 60 && a.bottom > b.top - 60;
  };

  /* What may be the list of this field, and has come to be seen since it was begun. */
  function lists(field) {
    if (field.matches('[role=listbox]:not([aria-haspopup])') && field.querySelector('[role=option]')) return [field];
    const named = referenced(field);
    const before = page().before, fresh = [];
    for (const e of every(document.documentElement)) {
      if (before.has(e) || !seen(e) || !words(e) || within(field, e) || e.closest(NO_LIST)) continue;
      if (!fresh.some(one => within(e, one))) fresh.push(e);
    }
    const own = fresh.filter(e => beside(e, field) || e.matches('[role=listbox]') || e.querySelector('[role=option]'));
    return [...new Set([...named, ...own])];
  }

  /* What was to be seen before is no option, unless it is in the field or in what the field says is its list. In a frame of its own
     nothing is known of before. */
  const own = options => {
    const {before, field} = page(), parts = field ? [field, ...referenced(field)] : [];
    return options.map(e => !before.has(e) || parts.some(part => within(e, part)) ? words(e) : null);
  };

  function rows(list) {
    const all = [...every(list)].filter(e => seen(e) && words(e));
    for (const kind of OPTIONS) {
      const some = all.filter(e => e.matches(kind));
      const inner = some.filter(e => !some.some(other => other !== e && within(other, e)));
      if (inner.length) return {named: true, rows: inner};
    }
    const leaves = all.filter(e => ![...e.children].some(child => seen(child) && words(child)));
    return {named: list.matches('[role=listbox], ul, ol'), rows: leaves.length ? leaves : [list]};
  }

  function look(field, pattern) {
    const wanted = new RegExp(pattern, 'i'), texts = [];
    let found = null, open = false, mark = '';
    for (const list of lists(field)) {
      const {named, rows: some} = rows(list);
      open = open || named || some.length > 1 || some.some(e => wanted.test(words(e)));
      found ??= some.find(e => wanted.test(words(e))) ?? null;
      texts.push(...some.map(words));
      const at = box(list);
      mark += [at.left, at.top, at.width, at.height, some.length, ...some.map(words)].join();
    }
    if (found) { const at = box(found); mark += [at.left, at.top, at.width, at.height].join(); }
    return {open, found, texts, mark};
  }

  const opened = field => lists(field).length > 0;
  const nap = () => new Promise(done => setTimeout(done, STEP_MS));
  /* Until the page has been drawn once more; one that nobody draws does not wait for that. */
  const drawn = () => Promise.race([nap(), new Promise(done => requestAnimationFrame(() => setTimeout(done)))]);

  /* Until the wanted option stands still, or the time is over. Once it is there it is given some looks, whatever time they take:
     on a busy machine two of them may be a second apart. */
  async function wait(field, pattern, milliseconds) {
    const begun = performance.now();
    let still = 0, looks = 0, last = null, now = look(field, pattern);
    for (;;) {
      still = last && now.found && now.found === last.found && now.mark === last.mark ? still + 1 : 0;
      looks = now.found ? looks + 1 : 0;
      if (still >= STILL || performance.now() - begun > milliseconds && (!now.found || looks > LOOKS)) break;
      last = now;
      await (now.found ? drawn() : nap());
      now = look(field, pattern);
    }
    return {open: now.open, found: still >= STILL, texts: now.texts, comes: Boolean(now.found), mark: now.mark};
  }

  /* One of the rows that are to be seen, in the middle of them. */
  const shown = field => lists(field).flatMap(list => rows(list).rows).filter(e => {
    const at = box(e), hit = document.elementFromPoint(at.left + Math.min(at.width / 2, 40), at.top + at.height / 2);
    return hit && (within(hit, e) || within(e, hit));
  });
  const row = field => { const some = shown(field); return some[some.length >> 1] ?? null; };
  const height = field => shown(field).reduce((sum, e) => sum + box(e).height, 0);
  const option = (field, pattern) => (page().option = look(field, pattern).found);

  /* A list may hold only some of its options at once. Scroll through it until the wanted one is there, or its end is. */
  async function scroll(field, pattern) {
    const texts = new Set();
    for (const list of lists(field)) {
      const parts = [list, ...every(list)].filter(e => e.scrollHeight > e.clientHeight + 2 && seen(e) && ['auto', 'scroll'].includes(getComputedStyle(e).overflowY));
      let part = parts.sort((a, b) => b.scrollHeight - a.scrollHeight)[0];
      if (!part) continue;
      let shown = '';
      const redrawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(look(field, pattern)))));
      part.scrollTop = 0;
      for (let turns = 0, last = -1; turns < 400; turns++) {
        let now = await redrawn();
        for (let naps = 0; naps < LATE && turns && now.texts.join() === shown; naps++) { await nap(); now = look(field, pattern); }
        shown = now.texts.join();
        now.texts.forEach(one => texts.add(one));
        if (now.found) return {open: true, found: (await wait(field, pattern, 2000)).found, texts: [...texts]};
        if (part.scrollTop + part.scrollHeight === last) break;
        last = part.scrollTop + part.scrollHeight;
        part.scrollTop += Math.max(20, part.clientHeight * 0.8);
      }
    }
    return {open: texts.size > 0, found: false, texts: [...texts]};
  }

  /* The arrow that opens the list, where it is drawn beside the field. */
  function trigger(field) {
    const at = box(field);
    for (const part of widget(field)) {
      const arrows = [...part.querySelectorAll('button, [role=button], a, img, svg, i, span, div, input[type=button]')].filter(e => {
        const own = box(e);
        return seen(e) && e !== field && !within(field, e) && own.width <= 60 && own.height <= 60 && !/[\p{L}\p{N}+]/u.test(words(e) || e.value || '')
          && own.top < at.bottom && own.bottom > at.top && (own.left >= at.right - 60 || own.right <= at.left + 4)
          && !e.closest('label') && !/clear|borrar|limpiar|error|invalid|remove/i.test(`${e.className?.baseVal ?? e.className} ${e.title} ${e.ariaLabel}`);
      });
      const likely = arrows.filter(e => e.matches('button, [role=button], a, img, input') || /arrow|trigger|caret|toggle|icon|button|drop/i.test(String(e.className?.baseVal ?? e.className)));
      const best = likely.filter(e => !likely.some(other => other !== e && within(other, e))).pop();
      if (best) return best;
    }
    return null;
  }

  /* The fields that are posted for this one without being seen. */
  function posts(field) {
    const hidden = root => [...root.querySelectorAll(`input[type=hidden], select, ${INPUT}`)].filter(e => e !== field && !seen(e) && !['checkbox', 'radio', 'button', 'submit'].includes(e.type));
    for (const part of widget(field)) {
      const own = hidden(part);
      if (own.length) return own;
    }
    const beside = [];
    for (let next = (field.closest('label') ?? field).nextElementSibling; next?.matches('input[type=hidden]'); next = next.nextElementSibling) beside.push(next);
    return beside;
  }
  const value = e => e.tagName === 'SELECT' ? e.selectedOptions[0]?.text.trim() ?? '' : e.value;
  const posted = field => posts(field).map(e => ({lista: e.tagName === 'SELECT', valor: value(e)}));

  /* Keep what is posted for a field, to see later whether it is still so; of a page that was drawn anew nothing is known. */
  function keep(field, name) {
    const fields = posts(field), values = fields.map(value);
    page().chosen[name] = {unchanged: () => fields.every((e, at) => !e.isConnected || value(e) === values[at])};
  }
  /* After the click on an option: until the field shows it, what is posted is of it, and the list has gone; whether it came to that. */
  async function taken(field, pattern, name, milliseconds, before) {
    const wanted = new RegExp(pattern, 'i'), begun = performance.now();
    const is = one => one.lista ? wanted.test(one.valor) : one.valor !== '';
    for (;;) {
      const now = posted(field), lists = now.filter(one => one.lista);
      const stale = before.text && !wanted.test(before.text) && now.length && JSON.stringify(now) === JSON.stringify(before.posted);
      if (wanted.test(content(field)) && !stale && (!now.length || (lists.length ? lists : now).some(is))) {
        if (!page().option?.isConnected || !seen(page().option)) { keep(field, name); return 'sí'; }
        if (performance.now() - begun > milliseconds) return 'abierta';
      }
      if (performance.now() - begun > milliseconds) return 'no';
      await nap();
    }
  }

  const editable = e => (e.matches('input, textarea') && !e.readOnly) || e.isContentEditable;

  return {begin, opened, wait, own, row, height, option, scroll, trigger, posted, keep, taken, editable};
})
