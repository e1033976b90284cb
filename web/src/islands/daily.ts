import VapiModule from '@vapi-ai/web';
import { closeMicrophone, openMicrophone } from './microphone';
import { CallFault, type Connect } from './types';

// The package is CommonJS with exports.default; the bundler hands over the module object instead.
const Vapi = ((VapiModule as unknown as { default?: typeof VapiModule }).default ?? VapiModule) as typeof VapiModule;

/* Daily sets script.src to a plain string. The default Trusted Types policy lets exactly that bundle pass; it has
   no createHTML, so every other string sink stays closed. Needs: trusted-types htmx default. */
const BUNDLE = /^https:\/\/c\.daily\.co\/call-machine\/versioned\/[\d.]+\/static\/call-machine-object-bundle\.js$/;
window.trustedTypes?.createPolicy('default', {
  createScriptURL: (url: string) => {
    if (BUNDLE.test(url) || url.startsWith(`${location.origin}/assets/`)) return url;
    throw new TypeError(`script not allowed: ${url}`);
  },
});

interface VapiMessage { type: string; role?: string; transcript?: string; transcriptType?: string }
interface VapiError { type?: string; message?: unknown; errorMsg?: string; msg?: string; error?: VapiError | string }

/** A room at Daily, joined by the package of the vendor who rents it. The server has made the call already, so the browser only joins it and never needs our key. */
export const connect: Connect = async (ticket, events) => {
  // avoidEval: load Daily's call machine by <script> instead of eval (no 'unsafe-eval' in the CSP)
  const vapi = new Vapi(ticket.publicKey ?? 'joined-by-address', undefined, { avoidEval: true } as never, { startAudioOff: false } as never);
  let n = 0;
  vapi.on('call-start', () => events.status('live'));
  vapi.on('call-end', () => events.status('ended'));
  vapi.on('camera-error', () => events.fail(new CallFault('microphone')));
  vapi.on('error', (e: VapiError) => {
    const text = wording(e);
    // A room that closes because the agent hung up reaches the caller as an error.
    if (/ejected|meeting has ended/i.test(text)) return events.status('ended');
    if (e?.type === 'audio-processing-error') return; // noise suppression only; the call goes on
    events.fail(/permission|notallowed|not allowed/i.test(text) ? new CallFault('microphone') : new CallFault('refused', text));
  });
  vapi.on('volume-level', (v: number) => events.level('agent', v));
  vapi.on('local-volume-level', (v: number) => events.level('caller', v));
  vapi.on('speech-start', () => events.speaking(true));
  vapi.on('speech-end', () => events.speaking(false));
  vapi.on('message', (m: VapiMessage) => {
    if (m.type !== 'transcript' || !m.transcript) return;
    const final = m.transcriptType === 'final';
    events.line({ id: `${m.role}-${n}`, who: m.role === 'assistant' ? 'agent' : 'caller', text: m.transcript, final });
    if (final) n += 1;
  });
  return {
    start: async () => {
      closeMicrophone(await openMicrophone()); // before the room is joined, so that a refusal is told as what it is
      await vapi.reconnect(ticket.webCall as never);
    },
    stop: async () => {
      vapi.end(); // at the provider too: a room that is only left would go on
      events.status('ended');
    },
    mute: (muted) => vapi.setMuted(muted),
  };
};

/** The SDK nests the reason at different depths. */
function wording(e: VapiError | string | undefined): string {
  if (!e) return '';
  if (typeof e === 'string') return e;
  if (typeof e.message === 'string') return e.message;
  return e.errorMsg ?? e.msg ?? (wording(e.error) || wording(e.message as VapiError | undefined) || e.type || '');
}
