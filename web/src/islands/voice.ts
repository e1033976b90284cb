import { $ } from '../ui/dom';
import type { Connect, Line, Status, Ticket, VoiceSession } from './types';

const clients: Record<Ticket['client'], () => Promise<{ connect: Connect }>> = {
  'vapi-web': () => import('./vapi'),
  'stand-in': () => import('./stand_in'),
};

const LABEL: Record<Status, string> = { idle: 'Ready', connecting: 'Connecting…', live: 'Live', ended: 'Call ended', failed: 'Not connected' };
const COLOUR: Record<Status, string> = { idle: 'muted', connecting: 'warning', live: 'success', ended: 'muted', failed: 'destructive' };

/** Test-call dialog: status, timer, level, mute, live transcript, clean hang-up on every way out. */
export function mount(dialog: HTMLDialogElement): void {
  const part = <T extends HTMLElement = HTMLElement>(name: string) => $<T>(`[data-part=${name}]`, dialog)!;
  let session: VoiceSession | null = null;
  let muted = false;
  let run = 0;

  const set = (s: Status, detail = '') => {
    dialog.dataset['state'] = s;
    part('status').textContent = LABEL[s];
    part('status').dataset['c'] = COLOUR[s];
    part('problem').hidden = s !== 'failed';
    part('problem-text').textContent = s === 'failed' ? advice(detail) : '';
    const active = s === 'connecting' || s === 'live';
    part('start').hidden = active;
    part('start-label').textContent = s === 'ended' || s === 'failed' ? 'Call again' : 'Start call';
    part('stop').hidden = part('mute').hidden = !active;
    part('say').hidden = !(s === 'live' && session?.say);
    part('done').hidden = s !== 'ended';
    if (s === 'live') {
      part('clock').dataset['since'] = String(Date.now() / 1000);
      if (session?.say) part('say-text').focus();
    } else if (!active) {
      delete part('clock').dataset['since'];
      dialog.style.setProperty('--level', '0');
    }
    if (!active) session = null;
  };

  const line = ({ id, who, text, final }: Line) => {
    const log = part('log');
    let el = $(`[data-line="${id}"]`, log);
    if (!el) {
      el = document.createElement('div');
      el.className = 'say';
      el.dataset['line'] = id;
      el.dataset['who'] = who;
      log.append(el);
    }
    el.toggleAttribute('data-partial', !final);
    el.textContent = text;
    log.scrollTop = log.scrollHeight;
  };

  async function start(): Promise<void> {
    const mine = ++run;
    const now = (fn: () => void) => mine === run && fn();
    part('log').replaceChildren();
    part('clock').textContent = '';
    muted = false;
    part('mute').setAttribute('aria-pressed', 'false');
    set('connecting');
    try {
      const ticket = await begin(dialog.dataset['session']!);
      part<HTMLAnchorElement>('conversation').href = ticket.conversationUrl;
      const { connect } = await clients[ticket.client]();
      session = await connect(ticket, {
        status: (s, detail) => now(() => set(s, detail)),
        level: (v) => now(() => dialog.style.setProperty('--level', v.toFixed(2))),
        speaking: (agent) => now(() => (dialog.dataset['speaking'] = agent ? 'agent' : 'caller')),
        line: (l) => now(() => line(l)),
      });
      if (mine !== run) return void session.stop();
      await session.start();
    } catch (e) {
      now(() => set('failed', e instanceof Error ? e.message : String(e)));
    }
  }

  part('start').addEventListener('click', () => void start());
  part('mute').addEventListener('click', () => {
    muted = !muted;
    part('mute').setAttribute('aria-pressed', String(muted));
    session?.mute(muted);
  });
  part('say').addEventListener('submit', (ev) => {
    ev.preventDefault();
    const input = part<HTMLInputElement>('say-text');
    if (input.value.trim()) session?.say?.(input.value.trim());
    input.value = '';
  });
  const end = () => void session?.stop();
  part('stop').addEventListener('click', end);
  dialog.addEventListener('close', () => {
    end();
    run += 1;
    set('idle');
  });
  addEventListener('pagehide', end);
  set('idle');
}

/** Ask the server to make the call; no provider key reaches the browser. */
async function begin(address: string): Promise<Ticket> {
  const answer = await fetch(address, { method: 'POST', headers: { Accept: 'application/json' } });
  const body = (await answer.json()) as { data?: Ticket; detail?: string };
  if (!answer.ok || !body.data) throw new Error(body.detail ?? `The server answered with ${answer.status}.`);
  return body.data;
}

/** What to do about it, in words. */
function advice(detail: string): string {
  if (/permission|notallowed|denied/i.test(detail)) return 'The browser did not allow the microphone. Allow it next to the address, then call again.';
  if (/failed to fetch|networkerror/i.test(detail)) return 'The network did not answer. Check the connection, then call again.';
  return detail || 'The call could not be connected. Try again.';
}
