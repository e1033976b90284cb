import { watchLoudness } from './loudness';
import { closeMicrophone, openMicrophone } from './microphone';
import { Transcript, type Utterance } from './transcript';
import { CallFault, type Connect, type Ticket, type VoiceEvents, type VoiceSession } from './types';

/**
 * Plain WebRTC through a gateway. One HTTP request exchanges offer and answer, later ones tell addresses and hang up;
 * sound comes as a track, everything else as JSON over the data channel `control`.
 */
interface Way { accessToken: string; iceServers: RTCIceServer[] }
interface Frame { type?: string; state?: string; event_type?: string; transcript?: Utterance[] }

const VOICE = 0.03; // louder than the noise of a silent line
const PAUSE_MS = 400; // a shorter silence is part of what somebody says
const FAREWELL_MS = 3000; // a gateway that does not answer notices by the closed connection that nobody is there

class GatewayCall implements VoiceSession {
  private readonly way: Way;
  private readonly peer: RTCPeerConnection;
  private readonly transcript: Transcript;
  private readonly speaker = new Audio();
  private readonly watches: (() => void)[] = [];
  private candidates: RTCIceCandidate[] = []; // found before the session had an address
  private microphone: MediaStream | null = null;
  private session: string | null = null;
  private muted = false;
  private live = false;
  private over = false;
  private heardAt = -PAUSE_MS;
  private speaking = false;

  constructor(private readonly ticket: Ticket, private readonly events: VoiceEvents) {
    this.way = ticket.webCall as unknown as Way;
    this.peer = new RTCPeerConnection({ iceServers: this.way.iceServers });
    this.transcript = new Transcript((line) => events.line(line));
    this.speaker.autoplay = true;
  }

  async start(): Promise<void> {
    this.microphone = await openMicrophone();
    if (this.over) return closeMicrophone(this.microphone);
    this.listen(this.microphone, (level) => this.events.level('caller', this.muted ? 0 : level));
    this.prepare(this.microphone);
    await this.peer.setLocalDescription();
    const offer = { identity: 'client', sdp: this.peer.localDescription!.sdp };
    const answer = (await this.ask('POST', this.ticket.webCallUrl, offer)) as { session_id: string; sdp: string };
    this.session = `${this.ticket.webCallUrl}/${answer.session_id}`;
    if (this.over) return this.leave();
    await this.peer.setRemoteDescription({ type: 'answer', sdp: answer.sdp });
    for (const candidate of this.candidates.splice(0)) this.tell(candidate);
  }
  /** The goodbye goes first: a gateway that sees the connection close ends the session, and the goodbye would find none. */
  async stop(): Promise<void> {
    if (this.over) return;
    this.fallSilent();
    this.events.status('ended');
    await this.leave();
    this.peer.close();
  }
  mute(muted: boolean): void {
    this.muted = muted;
    for (const track of this.microphone?.getAudioTracks() ?? []) track.enabled = !muted;
  }

  private prepare(microphone: MediaStream): void {
    for (const track of microphone.getTracks()) this.peer.addTrack(track, microphone);
    this.peer.createDataChannel('control').onmessage = (ev) => this.take(ev.data as string);
    this.peer.onicecandidate = ({ candidate }) => candidate && this.tell(candidate);
    this.peer.ontrack = ({ streams, track }) => this.play(streams[0] ?? new MediaStream([track]));
    this.peer.onconnectionstatechange = () => {
      const state = this.peer.connectionState; // "disconnected" passes, or turns into "failed"
      if (state === 'connected' && !this.live) {
        this.live = true;
        this.events.status('live');
      } else if (state === 'failed' || state === 'closed') this.finish(this.live ? undefined : new CallFault('network'));
    };
  }
  private play(stream: MediaStream): void {
    this.speaker.srcObject = stream;
    this.listen(stream, (level) => {
      const now = performance.now();
      if (level > VOICE) this.heardAt = now;
      this.events.level('agent', level);
      if (this.speaking === now - this.heardAt < PAUSE_MS) return;
      this.speaking = !this.speaking;
      this.events.speaking(this.speaking);
    });
  }
  private listen(stream: MediaStream, report: (level: number) => void): void {
    if (!this.over) this.watches.push(watchLoudness(stream, report));
  }
  private take(data: string): void {
    const frame = JSON.parse(data) as Frame;
    if (frame.event_type === 'update' && frame.transcript) this.transcript.update(frame.transcript);
    else if (frame.type === 'status' && (frame.state === 'ended' || frame.state === 'replaced')) this.finish();
  }
  private finish(fault?: CallFault): void {
    if (this.over) return;
    this.fallSilent();
    this.peer.close();
    fault ? this.events.fail(fault) : this.events.status('ended');
  }
  private fallSilent(): void {
    this.over = true;
    for (const end of this.watches) end();
    closeMicrophone(this.microphone);
    this.speaker.srcObject = null;
    this.transcript.close();
  }

  /** An address that is not passed on leaves the others, so nobody waits for the answer. */
  private tell(candidate: RTCIceCandidate): void {
    if (this.over) return;
    if (this.session) void this.ask('PATCH', this.session, { candidate: candidate.toJSON() }).catch(() => undefined);
    else this.candidates.push(candidate);
  }
  /** Leaving is what ends the call; this one reaches the gateway even when the page goes away with it. */
  private async leave(): Promise<void> {
    if (this.session) await this.ask('DELETE', this.session).catch(() => undefined);
  }
  private async ask(method: string, address: string, body?: object): Promise<unknown> {
    const answer = await fetch(address, {
      method,
      headers: { Authorization: `Bearer ${this.way.accessToken}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      ...(method === 'DELETE' && { keepalive: true, signal: AbortSignal.timeout(FAREWELL_MS) }),
    }).catch(() => {
      throw new CallFault('network');
    });
    const text = await answer.text();
    if (!answer.ok) throw new CallFault('refused', wording(text));
    return text ? (JSON.parse(text) as unknown) : null;
  }
}

/** The gateway's own words for what is wrong, if it has any. */
function wording(text: string): string {
  try {
    const { error_message, message, error } = JSON.parse(text) as Record<string, string | undefined>;
    return error_message ?? message ?? error ?? '';
  } catch {
    return '';
  }
}

export const connect: Connect = async (ticket, events) => new GatewayCall(ticket, events);
