import { $ } from './dom';
import { word } from './words';

/** The one question dialog of the page. Resolves to true when the person says yes; without the dialog, the browser asks. */
export function ask(title: string, text = '', action = word('continue')): Promise<boolean> {
  const dialog = $<HTMLDialogElement>('#confirm');
  if (!dialog) return Promise.resolve(window.confirm([title, text].join('\n').trim()));
  $('[data-title]', dialog)!.textContent = title;
  $('[data-text]', dialog)!.textContent = text;
  $('[value=ok]', dialog)!.textContent = action;
  dialog.returnValue = '';
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'ok'), { once: true });
    dialog.showModal();
  });
}
