import { on } from './dom';
import { toast } from './toasts';
import { word } from './words';

/* Heavy browser code is an island: fetched the first time somebody needs it, never before. */
const islands: Record<string, () => Promise<{ mount(el: HTMLDialogElement): void }>> = {
  voice: () => import('../islands/voice'),
};

/* A button that opens the test call says which agent: data-session and data-agent-name travel to the dialog. */
on(
  'click',
  '[commandfor="voice-test"][data-session]',
  (button) => {
    const dialog = document.getElementById('voice-test');
    if (!dialog) return;
    wake(dialog); // a dialog that opens tells only newer browsers' scripts
    dialog.dataset['session'] = button.dataset['session'];
    const name = dialog.querySelector('[data-part=agent]');
    if (name) name.textContent = button.dataset['agentName'] ?? '';
  },
  { capture: true },
);

document.addEventListener(
  'toggle',
  (ev) => {
    if ((ev as ToggleEvent).newState === 'open') wake(ev.target as HTMLElement);
  },
  true,
);

function wake(el: HTMLElement | null): void {
  const name = el?.dataset?.['island'];
  if (!el || !name || el.dataset['mounted']) return;
  el.dataset['mounted'] = 'yes';
  islands[name]?.()
    .then((m) => m.mount(el as HTMLDialogElement))
    .catch(() => {
      delete el.dataset['mounted'];
      toast('error', word(navigator.onLine ? 'connection' : 'offline'));
    });
}
