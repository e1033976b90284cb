import { ask } from './ask';
import { $, $$, on, onHtmx } from './dom';
import { word } from './words';

/**
 * data-guard on a form: leaving with unsaved changes asks first; buttons with data-when-changed wake up with the first
 * change (data-changed marks a form that came back from the server with what was typed).
 * The first field with an error takes the focus, wherever the form came from.
 */
const state = (form: HTMLFormElement): string => new URLSearchParams(new FormData(form) as unknown as Record<string, string>).toString();
const initial = new WeakMap<HTMLFormElement, string>();

function adopt(): void {
  for (const form of $$<HTMLFormElement>('form[data-guard]')) {
    if (!initial.has(form)) initial.set(form, form.hasAttribute('data-changed') ? '' : state(form));
    refresh(form);
  }
  const bad = $$('[aria-invalid=true]:not([data-focused])');
  for (const field of bad) field.dataset['focused'] = '';
  if (!document.activeElement?.closest('[aria-invalid=true]')) bad[0]?.focus();
}

const isDirty = (form: HTMLFormElement): boolean => initial.has(form) && state(form) !== initial.get(form);

function refresh(form: HTMLFormElement): void {
  for (const button of $$<HTMLButtonElement>('[data-when-changed]', form)) button.disabled = !isDirty(form);
}

on('input', 'form[data-guard]', (form) => refresh(form as HTMLFormElement));
on('submit', 'form[data-guard]', (form) => initial.delete(form as HTMLFormElement));
addEventListener('beforeunload', (ev) => {
  if ($$<HTMLFormElement>('form[data-guard]').some(isDirty)) ev.preventDefault();
});
/* Navigation inside the page is htmx's; it must ask as well. */
document.addEventListener(
  'click',
  (ev) => {
    const link = (ev.target as Element | null)?.closest?.<HTMLAnchorElement>('a[href]');
    if (!link || ev.button || ev.metaKey || ev.ctrlKey || ev.shiftKey) return;
    if (link.dataset['nav'] === 'sheet' || link.target || link.hash || link.hasAttribute('download') || link.matches('[hx-delete],[hx-get],[data-play]')) return; // none of these leaves the page
    const dirty = $$<HTMLFormElement>('form[data-guard]').filter(isDirty);
    if (!dirty.length) return;
    ev.preventDefault();
    ev.stopImmediatePropagation();
    void ask(word('unsaved'), word('unsaved_text'), word('leave')).then((yes) => {
      if (!yes) return;
      for (const form of dirty) initial.delete(form);
      link.click();
    });
  },
  true,
);

/* A plain form that takes a while: say so after 150 ms, and do not send it twice. */
on('submit', 'form:not([hx-post],[hx-put],[hx-patch],[method=dialog])', (el, ev) => {
  if (ev.defaultPrevented) return;
  const button = (ev as SubmitEvent).submitter as HTMLButtonElement | null;
  window.setTimeout(() => {
    button?.setAttribute('aria-busy', 'true');
    for (const b of $$<HTMLButtonElement>('[type=submit]', el)) b.disabled = true;
  }, 150);
});
addEventListener('pageshow', (ev) => {
  if (ev.persisted) for (const b of $$<HTMLButtonElement>('[aria-busy=true]')) b.removeAttribute('aria-busy'), (b.disabled = false);
});

/* A field that is checked while one types is bad no longer because of what was sent. */
on('input', '[hx-get][aria-invalid]', (el) => el.removeAttribute('aria-invalid'));
/* [data-submit] on a select or checkbox sends its form at once. */
on('change', '[data-submit]', (el) => el.closest('form')?.requestSubmit());
/* [data-show-password="#id"] toggles a password field. */
on('click', '[data-show-password]', (el) => {
  const input = $<HTMLInputElement>(el.dataset['showPassword']!)!;
  input.type = input.type === 'password' ? 'text' : 'password';
  el.setAttribute('aria-pressed', String(input.type === 'text'));
});
/* [data-count] shows the length of a text field in #count-<id>. */
on('input', '[data-count]', (el) => {
  const out = document.getElementById(`count-${el.id}`);
  if (out) out.textContent = (el as HTMLTextAreaElement).value.length.toLocaleString(document.documentElement.lang);
});

onHtmx('after:swap', adopt);
adopt();
