/** One interface for every provider; the dialog knows nothing about them. */
export type Status = 'idle' | 'connecting' | 'live' | 'ended' | 'failed';
export type Who = 'agent' | 'caller';
export interface Line { id: string; who: Who; text: string; final: boolean }

/** Why a call did not work: each has advice of its own; `detail` is the other side's wording, if any. */
export class CallFault extends Error {
  constructor(readonly kind: 'microphone' | 'network' | 'refused', readonly detail = '') {
    super(detail || kind);
  }
}

export interface VoiceEvents {
  status(status: 'live' | 'ended'): void;
  fail(fault: CallFault): void;
  /** Loudness from 0 to 1. */
  level(who: Who, value: number): void;
  speaking(agent: boolean): void;
  line(line: Line): void;
  /** The call works, but without the person's microphone. */
  silent(): void;
}
export interface VoiceSession {
  start(): Promise<void>;
  stop(): Promise<void>;
  mute(muted: boolean): void;
  /** Nothing of what is said is written down while it is said. */
  readonly unwritten?: boolean;
  /** What the person typed instead of saying it; only where the session takes text. */
  say?(text: string): void;
  /** Whether the agent's lines are read out; only where the browser does it. */
  aloud?(on: boolean): void;
}
/** The ways in which sound may travel; the server says which one a call takes. */
export type Client = 'webrtc-gateway' | 'livekit' | 'daily' | 'pcm-socket' | 'stand-in';
/** The server's answer to "start a test call". */
export interface Ticket {
  client: Client;
  callId: string | null;
  publicKey: string | null;
  agentName: string;
  conversationUrl: string;
  webCallUrl: string;
  webCall: Record<string, unknown>;
}
export type Connect = (ticket: Ticket, events: VoiceEvents) => Promise<VoiceSession>;
