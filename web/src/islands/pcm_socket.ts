import { watchLoudness } from './loudness';
import { closeMicrophone, openMicrophone } from './microphone';
import tapUrl from './pcm_tap?worker&url';
import { CallFault, type Connect, type Ticket, type VoiceEvents, type VoiceSession } from './types';

/** A WebSocket that carries plain sound, signed 16-bit samples of one channel, at a rate of its own in each direction. */
interface Rates { sentRate: number; heardRate: number }
const AHEAD = 0.08; // seconds of sound kept ready, so that an uneven network is not heard
const VOICE = 0.03; // louder than the noise of a silent line

class PcmCall implements VoiceSession {
  readonly unwritten = true;
  private readonly rates: Rates;
  private readonly ears: AudioContext;
  private readonly mouth: AudioContext;
  private readonly heard: MediaStreamAudioDestinationNode;
  private readonly watches: (() => void)[] = [];
  private microphone: MediaStream | null = null;
  private socket: WebSocket | null = null;
  private muted = false;
  private live = false;
  private over = false;
  private playedTo = 0;

  constructor(private readonly ticket: Ticket, private readonly events: VoiceEvents) {
    this.rates = ticket.webCall as unknown as Rates;
    this.ears = new AudioContext({ sampleRate: this.rates.sentRate });
    this.mouth = new AudioContext({ sampleRate: this.rates.heardRate });
    this.heard = this.mouth.createMediaStreamDestination();
  }

  async start(): Promise<void> {
    this.microphone = await openMicrophone();
    if (this.over) return closeMicrophone(this.microphone);
    await this.ears.audioWorklet.addModule(tapUrl);
    if (this.over) return;
    this.watches.push(
      watchLoudness(this.microphone, (level) => this.events.level('caller', this.muted ? 0 : level)),
      watchLoudness(this.heard.stream, (level) => {
        this.events.level('agent', level);
        this.events.speaking(level > VOICE);
      }),
    );
    this.open(this.microphone);
  }
  async stop(): Promise<void> {
    this.finish();
  }
  mute(muted: boolean): void {
    this.muted = muted;
    for (const track of this.microphone?.getAudioTracks() ?? []) track.enabled = !muted;
  }

  private open(microphone: MediaStream): void {
    const socket = new WebSocket(this.ticket.webCallUrl);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: 'status_client_ready' }));
      const tap = new AudioWorkletNode(this.ears, 'tap', { numberOfOutputs: 0 });
      tap.port.onmessage = ({ data }) => socket.readyState === WebSocket.OPEN && socket.send(data as Int16Array<ArrayBuffer>);
      this.ears.createMediaStreamSource(microphone).connect(tap);
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data !== 'string') this.play(new Int16Array(data));
      else if ((JSON.parse(data) as { type?: string }).type === 'status_agent_ready') this.begin();
    };
    socket.onclose = () => this.finish(this.live ? undefined : new CallFault('network'));
    this.socket = socket;
  }
  private begin(): void {
    this.live = true;
    this.events.status('live');
  }
  private play(samples: Int16Array): void {
    const buffer = this.mouth.createBuffer(1, samples.length, this.rates.heardRate);
    buffer.copyToChannel(Float32Array.from(samples, (value) => value / 32768), 0);
    const source = this.mouth.createBufferSource();
    source.buffer = buffer;
    source.connect(this.mouth.destination);
    source.connect(this.heard);
    const now = this.mouth.currentTime;
    if (this.playedTo < now) this.playedTo = now + AHEAD;
    source.start(this.playedTo);
    this.playedTo += buffer.duration;
  }
  private finish(fault?: CallFault): void {
    if (this.over) return;
    this.over = true;
    for (const end of this.watches) end();
    closeMicrophone(this.microphone);
    this.socket?.close();
    void this.ears.close();
    void this.mouth.close();
    fault ? this.events.fail(fault) : this.events.status('ended');
  }
}

export const connect: Connect = async (ticket, events) => new PcmCall(ticket, events);
