import { $ } from '../ui/dom';
import { CallFault, type Client, type Connect, type Line, type Status, type Ticket, type VoiceEvents, type VoiceSession } from './types';

const clients: Record<Client, () => Promise<{ connect: Connect }>> = {
  'webrtc-gateway': () => import('./gateway'),
  livekit: () => import('./livekit'),
  daily: () => import('./daily'),
  'pcm-socket': () => import('./pcm_socket'),
  'stand-in': () => import('./stand_in'),
};
const COLOUR: Record<Status, string> = { idle: 'muted', connecting: 'warning', live: 'success', ended: 'muted', failed: 'destructive' };

/** Test-call dialog: status, timer, level, mute, live transcript, clean hang-up on every way out. */
export function mount(dialog: HTMLDialogElement): void {
  const words = JSON.parse(dialog.dataset['words']!) as Record<string, string>;
  const part = <T extends HTMLElement = HTMLElement>(name: string) => $<T>(`[data-part=${name}]`, dialog)!;
  let session: VoiceSession | null = null;
  let waiting: Ticket | null = null; // a call that was made and that nobody has joined yet
  let run = 0;

  function set(s: Status): void {
    const active = s === 'connecting' || s === 'live';
    dialog.dataset['state'] = s;
    part('status').textContent = words[s]!;
    part('status').dataset['c'] = COLOUR[s];
    part('start-label').textContent = words[s === 'ended' || s === 'failed' ? 'again' : 'start']!;
    part('start').hidden = active;
    part('stop').hidden = part('mute').hidden = !active;
    part('say').hidden = !(s === 'live' && session?.say);
    part('aloud').hidden = !(active && session?.aloud);
    part('problem').hidden = s !== 'failed';
    part('done').hidden = s !== 'ended';
    if (s === 'live') {
      waiting = null;
      part('log').dataset['empty'] = words[session?.unwritten ? 'unwritten' : 'empty']!;
      part('clock').dataset['since'] = String(Date.now() / 1000);
      if (session?.say) part('say-text').focus();
    }
    if (active) return;
    if (waiting) giveUp(waiting);
    waiting = null;
    delete part('clock').dataset['since'];
    part('silent').hidden = true;
    dialog.style.setProperty('--level', '0');
    dialog.style.setProperty('--mic', '0');
    session = null;
  }
  function fail(fault: CallFault): void {
    const leaving = session;
    set('failed');
    part('problem-text').textContent = fault.kind === 'refused' && fault.detail ? fault.detail : words[fault.kind]!;
    void leaving?.stop();
  }
  function write({ id, who, text, final }: Line): void {
    const log = part('log');
    const follow = log.scrollHeight - log.scrollTop - log.clientHeight < 48; // unless the person scrolled up to read
    const el = $(`[data-line="${id}"]`, log) ?? log.appendChild(bubble(id, who));
    el.toggleAttribute('data-partial', !final);
    el.lastElementChild!.textContent = text;
    if (follow) log.scrollTop = log.scrollHeight;
  }
  function bubble(id: string, who: string): HTMLElement {
    const el = document.createElement('p');
    el.className = 'say';
    el.dataset['line'] = id;
    el.dataset['who'] = who;
    el.append(document.createElement('small'), document.createElement('span'));
    el.firstElementChild!.textContent = words[who]!;
    return el;
  }
  /** What a call reports, as long as it is the one on show and not over. */
  function eventsOf(mine: number): VoiceEvents {
    const now = (fn: () => void) => void (mine === run && /connecting|live/.test(dialog.dataset['state']!) && fn());
    return {
      status: (s) => now(() => set(s)),
      fail: (fault) => now(() => fail(fault)),
      level: (who, v) => now(() => dialog.style.setProperty(who === 'agent' ? '--level' : '--mic', v.toFixed(2))),
      speaking: (agent) => now(() => (dialog.dataset['speaking'] = agent ? 'agent' : 'caller')),
      line: (l) => now(() => write(l)),
      silent: () => now(() => (part('silent').hidden = false)),
    };
  }

  async function start(): Promise<void> {
    const mine = ++run;
    part('log').replaceChildren();
    part('clock').textContent = '';
    part('mute').setAttribute('aria-pressed', 'false');
    part('aloud').setAttribute('aria-pressed', 'true');
    set('connecting');
    const events = eventsOf(mine);
    try {
      const ticket = await begin(dialog.dataset['session']!);
      if (mine !== run) return giveUp(ticket);
      waiting = ticket;
      part<HTMLAnchorElement>('conversation').href = ticket.conversationUrl;
      const { connect } = await clients[ticket.client]();
      const joined = await connect(ticket, events);
      if (mine !== run) return void joined.stop();
      session = joined;
      await joined.start();
    } catch (e) {
      events.fail(e instanceof CallFault ? e : new CallFault('network'));
    }
  }
  /** A toggle's new state. */
  const flip = (name: string): boolean => {
    const on = part(name).getAttribute('aria-pressed') !== 'true';
    part(name).setAttribute('aria-pressed', String(on));
    return on;
  };

  part('start').addEventListener('click', () => void start());
  part('mute').addEventListener('click', () => session?.mute(flip('mute')));
  part('aloud').addEventListener('click', () => session?.aloud?.(flip('aloud')));
  part('say').addEventListener('submit', (ev) => {
    ev.preventDefault();
    const input = part<HTMLInputElement>('say-text');
    if (input.value.trim()) session?.say?.(input.value.trim());
    input.value = '';
  });
  const end = () => void session?.stop();
  part('stop').addEventListener('click', () => (session ? end() : leave()));
  addEventListener('pagehide', end);
  dialog.addEventListener('close', leave);
  function leave(): void {
    end();
    run += 1;
    part('log').replaceChildren();
    part('clock').textContent = '';
    set('idle');
  }
  set('idle');
}

/** Nobody joins this call any more, so the server hangs up: it would wait at the provider, and count there. */
function giveUp({ conversationUrl }: Ticket): void {
  void fetch(`/api${conversationUrl}/hang-up`, { method: 'POST', keepalive: true }).catch(() => undefined);
}

/** Ask the server to make the call; no provider key reaches the browser. Throws CallFault. */
async function begin(address: string): Promise<Ticket> {
  let answer: Response;
  try {
    answer = await fetch(address, { method: 'POST', headers: { Accept: 'application/json' } });
  } catch {
    throw new CallFault('network');
  }
  const body = (await answer.json()) as { data?: Ticket; detail?: string };
  if (!answer.ok || !body.data) throw new CallFault('refused', body.detail);
  return body.data;
}
