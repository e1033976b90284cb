import { $, $$, on, onHtmx } from './dom';
import { word } from './words';

/**
 * Texts in which variables stand ([data-variables]): typing "{{" suggests the names, chips [data-insert] insert one at
 * the caret, and names that nobody knows are listed in [data-unknown-variables] while one types.
 */
type Field = HTMLTextAreaElement;
const OPEN = /\{\{\s*([a-z0-9_]*)$/;
const USED = /\{\{\s*([a-z][a-z0-9_]{0,49})\s*\}\}/g;

/* ---- what is known: the chips, and the agent's own variables as they are being typed ---- */
const own = (): string[] => $$<HTMLInputElement>('[data-variable-name]').map((i) => i.value.trim()).filter(Boolean);
function known(): Map<string, string> {
  const found = new Map($$('[data-insert]').map((chip) => [chip.dataset['insert']!, chip.title]));
  for (const name of own()) if (!found.has(name)) found.set(name, '');
  return found;
}

function insert(field: Field, name: string, from: number, to: number): void {
  const text = field.value;
  const closed = /^\s*\}\}/.exec(text.slice(to))?.[0].length ?? 0;
  field.focus();
  field.setRangeText(`{{${name}}}`, from, to + closed, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

on('click', '[data-insert]', (chip) => {
  const field = document.getElementById(chip.dataset['into']!) as Field | null;
  if (!field || field.disabled) return;
  const started = OPEN.exec(field.value.slice(0, field.selectionStart));
  insert(field, chip.dataset['insert']!, started ? started.index : field.selectionStart, field.selectionEnd);
});

/* ---- suggestions: a listbox at the caret; the field keeps the focus, aria-activedescendant says where one is ---- */
let list: HTMLElement | null = null;
let host: Field | null = null;

function close(): void {
  list?.remove();
  host?.removeAttribute('aria-activedescendant');
  host?.removeAttribute('aria-controls');
  list = host = null;
}

function options(): HTMLElement[] {
  return list ? $$('[role=option]', list) : [];
}

function choose(el: HTMLElement | undefined): void {
  for (const option of options()) option.setAttribute('aria-selected', String(option === el));
  if (!el || !host) return;
  host.setAttribute('aria-activedescendant', el.id);
  el.scrollIntoView({ block: 'nearest' });
}

const TYPE = [
  'fontFamily', 'fontSize', 'fontWeight', 'fontStyle', 'fontStretch', 'letterSpacing', 'wordSpacing', 'lineHeight', 'textIndent', 'tabSize',
  'paddingTop', 'paddingRight', 'paddingBottom', 'paddingLeft', 'borderTopWidth', 'borderRightWidth', 'borderBottomWidth', 'borderLeftWidth',
  'borderStyle', 'boxSizing',
] as const;

/** Where the caret is, in the field's own box: a twin of the field with the text before the caret is measured. */
function caret(field: Field): { x: number; y: number } {
  const twin = document.createElement('div');
  const style = getComputedStyle(field);
  for (const name of TYPE) twin.style[name] = style[name];
  Object.assign(twin.style, { position: 'absolute', visibility: 'hidden', whiteSpace: 'pre-wrap', overflowWrap: 'break-word', width: `${field.offsetWidth}px`, top: '0', left: '0' });
  const mark = document.createElement('span');
  mark.textContent = '\u200b';
  twin.append(field.value.slice(0, field.selectionStart), mark);
  document.body.append(twin);
  const at = { x: mark.offsetLeft, y: mark.offsetTop + mark.offsetHeight - field.scrollTop };
  twin.remove();
  return at;
}

function suggest(field: Field): void {
  const started = field.selectionStart === field.selectionEnd ? OPEN.exec(field.value.slice(0, field.selectionStart)) : null;
  const found = started ? [...known()].filter(([name]) => name.startsWith(started[1]!) || name.includes(`_${started[1]!}`)) : [];
  if (!found.length) return close();
  const before = list?.querySelector<HTMLElement>('[aria-selected=true]')?.dataset['name'];
  close();
  host = field;
  list = document.createElement('div');
  list.id = 'variable-suggestions';
  list.className = 'suggest';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', word('variables'));
  for (const [i, [name, text]] of found.entries()) {
    const option = document.createElement('div');
    option.id = `suggested-${i}`;
    option.setAttribute('role', 'option');
    option.dataset['name'] = name;
    const [code, small] = [document.createElement('code'), document.createElement('small')];
    code.textContent = name;
    small.textContent = text;
    option.append(code, small);
    list.append(option);
  }
  const at = caret(field);
  const parent = field.parentElement!;
  list.style.left = `${Math.max(0, Math.min(field.offsetLeft + at.x, parent.clientWidth - 288))}px`;
  list.style.top = `${field.offsetTop + Math.min(at.y, field.offsetHeight) + 4}px`;
  parent.append(list);
  field.setAttribute('aria-controls', list.id);
  choose(options().find((option) => option.dataset['name'] === before) ?? options()[0]);
  const live = $('#announce');
  if (live) live.textContent = word('suggestions', { count: found.length });
}

function accept(el: HTMLElement | undefined): void {
  const field = host;
  if (!el || !field) return;
  const from = OPEN.exec(field.value.slice(0, field.selectionStart))?.index ?? field.selectionStart;
  const name = el.dataset['name']!;
  close();
  insert(field, name, from, field.selectionEnd);
  close();
}

on('input', '[data-variables]', (el) => suggest(el as Field));
on('keydown', '[data-variables]', (_el, ev) => {
  if (!list) return;
  const all = options();
  const i = all.findIndex((option) => option.getAttribute('aria-selected') === 'true');
  if (ev.key === 'ArrowDown') choose(all[(i + 1) % all.length]);
  else if (ev.key === 'ArrowUp') choose(all[(i - 1 + all.length) % all.length]);
  else if (ev.key === 'Enter' || ev.key === 'Tab') accept(all[i]);
  else if (ev.key === 'Escape') close();
  else return;
  ev.preventDefault();
  ev.stopPropagation();
});
on('pointerdown', '.suggest [role=option]', (el, ev) => {
  ev.preventDefault(); // the field keeps the focus
  accept(el);
});
on('focusout', '[data-variables]', () => close());

/* ---- names that nobody knows ---- */
function unknown(): void {
  const names = known();
  const used = new Set($$<Field>('[data-variables]').flatMap((field) => [...field.value.matchAll(USED)].map((m) => m[1]!)));
  const missing = [...used].filter((name) => !names.has(name));
  for (const box of $$('[data-unknown-variables]')) {
    const place = $('[data-names]', box)!;
    box.hidden = !missing.length;
    if (place.dataset['names'] === 'text') place.textContent = missing.join(', ');
    else if ($$<HTMLButtonElement>('button', place).map((b) => b.value.slice('variable:'.length)).join() !== missing.join()) place.replaceChildren(...missing.map(adder));
  }
}

function adder(name: string): HTMLButtonElement {
  const button = document.createElement('button');
  Object.assign(button, { type: 'submit', name: '_do', value: `variable:${name}`, className: 'btn font-mono', textContent: `+ ${name}`, formNoValidate: true });
  Object.assign(button.dataset, { variant: 'outline', size: 'xs', part: '#s-variables-part' });
  return button;
}

on('input', '[data-variables], [data-variable-name]', unknown);
onHtmx('after:swap', unknown);
