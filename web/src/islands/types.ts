/** One interface for every provider; the dialog knows nothing about them. */
export type Status = 'idle' | 'connecting' | 'live' | 'ended' | 'failed';
export interface Line { id: string; who: 'agent' | 'caller'; text: string; final: boolean }
export interface VoiceEvents {
  status(status: Status, detail?: string): void;
  level(value: number): void; // 0..1
  speaking(agent: boolean): void;
  line(line: Line): void;
}
export interface VoiceSession {
  start(): Promise<void>;
  stop(): Promise<void>;
  mute(muted: boolean): void;
  /** What the person typed instead of saying it; only where the session takes text. */
  say?(text: string): void;
}
/** The server's answer to "start a test call". */
export interface Ticket {
  client: 'vapi-web' | 'stand-in';
  callId: string;
  publicKey: string | null;
  agentName: string;
  conversationUrl: string;
  webCallUrl: string;
  webCall: Record<string, unknown>;
}
export type Connect = (ticket: Ticket, events: VoiceEvents) => Promise<VoiceSession>;
