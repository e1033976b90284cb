import { watchLoudness } from './loudness';
import { closeMicrophone, openMicrophone } from './microphone';
import { Ear, Mouth } from './speech';
import { CallFault, type Connect } from './types';

/**
 * The same interface without a provider's audio network: a WebSocket to the provider sandbox. What the person types or
 * says (where the browser recognises speech) goes through the server; the agent's lines are read out by the browser.
 */
interface Message { type: string; status?: string; role?: string; transcript?: string; transcriptType?: string }

const PATIENCE_MS = 3000;

export const connect: Connect = async (ticket, events) => {
  let socket: WebSocket | null = null;
  let quiet: (() => void) | null = null;
  let muted = false;
  let begun = false;
  let over = false;
  let n = 0;

  const ear = Ear.make((text) => !muted && say(text));
  // While the agent's line is read out the ear is shut, or the agent would hear itself.
  const mouth = new Mouth((speaking) => {
    if (over) return;
    events.speaking(speaking);
    events.level('agent', speaking ? 0.6 : 0);
    if (quiet) speaking ? ear?.close() : ear?.open();
  });

  function say(text: string): void {
    if (socket?.readyState !== WebSocket.OPEN) return;
    mouth.hush();
    socket.send(JSON.stringify({ type: 'say-as-user', content: text }));
  }
  function finish(): void {
    if (over) return;
    over = true;
    ear?.close();
    quiet?.();
    mouth.hush();
    socket?.close();
    if (begun) events.status('ended');
    else events.fail(new CallFault('network'));
  }
  function transcript(m: Message): void {
    const final = m.transcriptType === 'final';
    const agent = m.role === 'assistant';
    events.line({ id: `${m.role}-${n}`, who: agent ? 'agent' : 'caller', text: m.transcript!, final });
    if (!final) return;
    n += 1;
    if (agent) mouth.say(m.transcript!);
  }
  function hear(m: Message): void {
    if (m.type === 'call-start') {
      begun = true;
      events.status('live');
    } else if (m.type === 'call-end') finish();
    else if (m.type === 'speech-update' && !Mouth.exists) events.speaking(m.role === 'assistant' && m.status === 'started');
    else if (m.type === 'transcript' && m.transcript) transcript(m);
  }
  async function listen(): Promise<void> {
    try {
      const microphone = await openMicrophone();
      const deaf = watchLoudness(microphone, (level) => events.level('caller', muted ? 0 : level));
      quiet = () => {
        deaf();
        closeMicrophone(microphone);
      };
      if (over) quiet();
      else ear?.open();
    } catch {
      if (!over) events.silent();
    }
  }

  return {
    async start() {
      socket = new WebSocket(ticket.webCallUrl.replace(/^http/, 'ws'));
      socket.onmessage = (ev) => hear(JSON.parse(ev.data as string) as Message);
      socket.onclose = finish;
      await new Promise<void>((resolve, reject) => {
        socket!.onopen = () => resolve();
        socket!.onerror = () => reject(new CallFault('network'));
      });
      void listen(); // the call goes on while the browser asks for the microphone
    },
    async stop() {
      if (over || socket?.readyState !== WebSocket.OPEN) return finish();
      socket.send(JSON.stringify({ type: 'end-call' }));
      window.setTimeout(finish, PATIENCE_MS); // the other side says goodbye, or is not waited for
    },
    mute(value) {
      muted = value;
    },
    say,
    ...(Mouth.exists && {
      aloud(on: boolean) {
        mouth.on = on;
        if (!on) mouth.hush();
      },
    }),
  };
};
