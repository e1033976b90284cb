import { on } from './dom';
import { toast } from './toasts';
import { word } from './words';

/* <button data-copy="text">: to the clipboard, with a word that it worked. */
on('click', '[data-copy]', async (el) => {
  try {
    await navigator.clipboard.writeText(el.dataset['copy']!);
    toast('success', word('copied'));
  } catch {
    toast('error', word('not_copied'), word('copy_by_hand'));
  }
});
