"""Enter in a field: the scripts of the page may answer it, but it never sends the form."""

from playwright.sync_api import Locator

_LOOK_OUT = """field => {
    (() => {
        const form = field.form, page = field.ownerDocument, view = page.defaultView;
        if (!form) return;
        const own = [...page.querySelectorAll('input, select, textarea, button')].filter(one => one.form === form);
        const sends = one => one.matches('[type=submit], [type=image], button:not([type])');
        const pushed = one => sends(one) || one.matches('button, [type=button], [type=reset]');
        const others = own.filter(one => one !== field && one.type !== 'hidden' && !pushed(one));
        if (others.length < 2 && !others.some(one => one.matches('textarea'))) return;
        const byItself = event => event.type === 'submit'
            ? event.target === form && event.submitter === null && !own.some(sends)
            : event.isTrusted && event.detail === 0 && own.includes(event.target) && sends(event.target);
        const stop = event => { if (byItself(event)) { event.preventDefault(); event.stopImmediatePropagation(); } };
        const kinds = ['click', 'submit'];
        const end = () => kinds.forEach(kind => view.removeEventListener(kind, stop, true));
        kinds.forEach(kind => view.addEventListener(kind, stop, true));
        view.addEventListener('keyup', () => view.setTimeout(end), {capture: true, once: true});
        view.setTimeout(end, 1000);
    })();
    return field.value ?? null;
}"""
"""Until the key is up, what a browser does by itself on Enter is turned away before the page hears of it: the click on the
first button that sends the form, whichever it is, or the sending where there is no button. What a script does goes on. A form
with hardly anything else in it is one that looks something up, and is sent.
"""


def look_out(field: Locator) -> str | None:
    """Have the page take the next Enter in a field of the trámite for what its scripts make of it only; what the field holds."""
    every: list[str | None] = field.evaluate_all(f"all => all.map({_LOOK_OUT})")
    (held,) = every if len(every) == 1 else [field.evaluate(_LOOK_OUT)]  # which waits for it, and complains of several
    return held
