import { $, $$, isTyping } from './dom';

/*
 * data-hotkey="g a" on any link or button: two-key sequences, ignored while typing or in a dialog.
 * With Ctrl or ⌘: K opens the palette (palette.ts), / toggles the sidebar, N makes a new item, S saves the page's form.
 */
let first = '';
let at = 0;

document.addEventListener('keydown', (ev) => {
  if (ev.ctrlKey || ev.metaKey) return withControl(ev);
  if (ev.altKey || isTyping(ev) || $('dialog[open], .menu:popover-open')) return;
  const seq = ev.timeStamp - at < 900 && first ? `${first} ${ev.key}` : ev.key;
  const match = $$('[data-hotkey]').find((el) => el.dataset['hotkey'] === seq || el.dataset['hotkey'] === ev.key);
  first = match ? '' : ev.key;
  at = ev.timeStamp;
  if (!match) return;
  ev.preventDefault();
  match.click();
});

function withControl(ev: KeyboardEvent): void {
  const key = ev.key.toLowerCase();
  if (key === 's') {
    const form = $<HTMLFormElement>('form[data-save]');
    if (!form) return;
    ev.preventDefault();
    form.requestSubmit();
  } else if (!isTyping(ev) && (key === '/' || key === 'n')) {
    const target = $(key === '/' ? '[data-sidebar-toggle]' : '[data-new-item]');
    if (!target) return;
    ev.preventDefault();
    target.click();
  }
}
