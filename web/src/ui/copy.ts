import { on } from './dom';
import { toast } from './toasts';

/* <button data-copy="text">: to the clipboard, with a word that it worked. */
on('click', '[data-copy]', async (el) => {
  try {
    await navigator.clipboard.writeText(el.dataset['copy']!);
    toast('success', 'Copied');
  } catch {
    toast('error', 'Not copied', 'The browser did not allow it. Select the text and copy it by hand.');
  }
});
