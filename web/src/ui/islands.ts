import { on } from './dom';

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
    dialog.dataset['session'] = button.dataset['session'];
    const name = dialog.querySelector('[data-part=agent]');
    if (name) name.textContent = button.dataset['agentName'] ?? '';
  },
  { capture: true },
);

document.addEventListener(
  'toggle',
  (ev) => {
    const el = ev.target as HTMLDialogElement;
    const name = el.dataset?.['island'];
    if (name && (ev as ToggleEvent).newState === 'open' && !el.dataset['mounted']) {
      el.dataset['mounted'] = 'yes';
      void islands[name]?.().then((m) => m.mount(el));
    }
  },
  true,
);
