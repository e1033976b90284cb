import htmx from 'htmx.org/dist/htmx.esm.js';
import { ask } from './ask';
import { $, $$, on, onHtmx } from './dom';
import { toast } from './toasts';
import { word } from './words';

/* A submit button with data-part="#id" sends its form and swaps that part alone; without scripts, the page comes again. */
on('click', 'button[data-part]', (el, ev) => {
  const button = el as HTMLButtonElement;
  const part = button.dataset['part']!;
  if (ev.defaultPrevented || !button.form || !$(part)) return;
  ev.preventDefault();
  void htmx.ajax('POST', button.form.action, { source: button, target: part, select: part, swap: 'outerHTML' });
});

/* A button with data-ask asks first; with data-ask-if, only when that field holds something. */
document.addEventListener(
  'click',
  (ev) => {
    const button = (ev.target as Element | null)?.closest?.<HTMLButtonElement>('button[data-ask]');
    if (!button) return;
    const field = button.dataset['askIf'] ? $<HTMLTextAreaElement>(button.dataset['askIf']) : null;
    if (button.dataset['asked'] || (field && !field.value.trim())) return void delete button.dataset['asked'];
    ev.preventDefault();
    ev.stopImmediatePropagation();
    void ask(button.dataset['ask']!, button.dataset['askText'], button.dataset['askAction']).then((yes) => {
      if (!yes) return button.focus();
      button.dataset['asked'] = 'yes';
      button.click();
    });
  },
  true,
);

/* Rows that can be taken away at once. */
on('click', '[data-remove-row]', (el) => {
  const row = el.closest<HTMLElement>('[data-row]')!;
  const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector<HTMLElement>('input:not([type=hidden])');
  const form = row.closest('form');
  row.remove();
  next?.focus();
  form?.dispatchEvent(new Event('input', { bubbles: true }));
});
/* A row that has just come takes the focus: in its name, or in what stands for it when it has one. */
onHtmx('after:swap', (ev) => {
  if ((ev.detail.ctx.target as Element | null)?.id !== 's-variables-part') return;
  const inputs = $$<HTMLInputElement>('#s-variables-part [data-row]:last-of-type input:not([type=hidden])');
  (inputs.find((input) => !input.value) ?? inputs[0])?.focus();
});

/* ---- voices: choosing fills the form that the sheet was opened from; the server draws the card anew ---- */
document.addEventListener(
  'click',
  (ev) => {
    const link = (ev.target as Element | null)?.closest?.<HTMLAnchorElement>('a[data-choose-voice]');
    if (!link || ev.button || ev.metaKey || ev.ctrlKey || ev.shiftKey) return;
    const [id, wizard] = [$<HTMLInputElement>('#main [data-voice-id]'), $('#wizard-voice')];
    if (!id && !wizard) return; // a page of its own: the link leads back
    ev.preventDefault();
    ev.stopImmediatePropagation();
    hush();
    $<HTMLDialogElement>('#sheet')?.close();
    if (wizard) return void htmx.ajax('GET', link.href, { source: link, target: '#wizard-voice', select: '#wizard-voice', swap: 'outerHTML' });
    const value = link.dataset['chooseVoice']!;
    const cut = value.indexOf('/');
    $<HTMLSelectElement>('#f-voice_provider')!.value = value.slice(0, cut);
    id!.value = value.slice(cut + 1);
    id!.dispatchEvent(new Event('change', { bubbles: true }));
  },
  true,
);

/* ---- samples: one at a time ---- */
let sound: HTMLAudioElement | null = null;
let player: HTMLElement | null = null;

function hush(): void {
  sound?.pause();
  player?.setAttribute('aria-pressed', 'false');
  sound = player = null;
}

on('click', '[data-play]', (el, ev) => {
  ev.preventDefault();
  const again = player === el;
  hush();
  if (again) return;
  const audio = new Audio(el.dataset['play']);
  [sound, player] = [audio, el];
  el.setAttribute('aria-pressed', 'true');
  audio.addEventListener('ended', hush);
  audio.play().catch(() => {
    if (sound !== audio) return;
    hush();
    toast('error', word('no_sample'));
  });
});
on('keydown', 'a[data-play]', (el, ev) => {
  if (ev.key !== ' ') return;
  ev.preventDefault();
  el.click();
});
document.addEventListener('close', hush, true);
