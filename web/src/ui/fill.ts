import { on } from './dom';

/* <button data-fill="id" data-text="…">: puts a text into the field of that id. */
on('click', '[data-fill]', (el) => {
  const field = document.getElementById(el.dataset['fill']!);
  if (!(field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)) return;
  field.value = el.dataset['text'] ?? '';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.focus();
});
