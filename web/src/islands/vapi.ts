import VapiModule from '@vapi-ai/web';
import type { Connect } from './types';

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

/** The real SDK. The server has made the call already, so the browser only joins it and never needs our key. */
export const connect: Connect = async (ticket, events) => {
  // avoidEval: load Daily's call machine by <script> instead of eval (no 'unsafe-eval' in the CSP)
  const vapi = new Vapi(ticket.publicKey ?? 'joined-by-address', undefined, { avoidEval: true } as never, { startAudioOff: false } as never);
  let n = 0;
  vapi.on('call-start', () => events.status('live'));
  vapi.on('call-end', () => events.status('ended'));
  vapi.on('error', (e: unknown) => events.status('failed', e instanceof Error ? e.message : JSON.stringify(e)));
  vapi.on('volume-level', (v: number) => events.level(v));
  vapi.on('speech-start', () => events.speaking(true));
  vapi.on('speech-end', () => events.speaking(false));
  vapi.on('message', (m: VapiMessage) => {
    if (m.type !== 'transcript' || !m.transcript) return;
    const final = m.transcriptType === 'final';
    events.line({ id: `${m.role}-${n}`, who: m.role === 'assistant' ? 'agent' : 'caller', text: m.transcript, final });
    if (final) n += 1;
  });
  return {
    start: async () => void (await vapi.reconnect(ticket.webCall as never)),
    stop: async () => void (await vapi.stop()),
    mute: (muted) => vapi.setMuted(muted),
  };
};
