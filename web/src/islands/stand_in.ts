import type { Connect, VoiceEvents } from './types';

/**
 * The same interface without a provider's audio network: a WebSocket to the provider sandbox. What the person types or
 * says (where the browser recognises speech) goes through the server; the agent's lines are spoken by the browser.
 */
interface Message { type: string; status?: string; role?: string; transcript?: string; transcriptType?: string }
interface Recognition extends EventTarget {
  continuous: boolean; lang: string; start(): void; stop(): void;
  onresult: ((ev: { resultIndex: number; results: ArrayLike<{ isFinal: boolean } & ArrayLike<{ transcript: string }>> }) => void) | null;
  onend: (() => void) | null;
}

export const connect: Connect = async (ticket, events) => {
  let socket: WebSocket | null = null;
  let muted = false;
  let over = false;
  let n = 0;
  const ear = listen((text) => !muted && say(text));
  const meter = await watchMicrophone(events, () => muted);

  function say(text: string): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'say-as-user', content: text }));
  }
  function finish(status: 'ended' | 'failed', detail = ''): void {
    if (over) return;
    over = true;
    ear?.stop();
    meter();
    window.speechSynthesis?.cancel();
    events.status(status, detail);
  }
  function hear(m: Message): void {
    if (m.type === 'call-start') events.status('live');
    else if (m.type === 'call-end') finish('ended');
    else if (m.type === 'speech-update') events.speaking(m.role === 'assistant' && m.status === 'started');
    else if (m.type === 'transcript' && m.transcript) {
      const final = m.transcriptType === 'final';
      const agent = m.role === 'assistant';
      events.line({ id: `${m.role}-${n}`, who: agent ? 'agent' : 'caller', text: m.transcript, final });
      if (!final) return;
      n += 1;
      if (agent) speak(m.transcript, events);
    }
  }

  return {
    async start() {
      await new Promise<void>((resolve, reject) => {
        socket = new WebSocket(ticket.webCallUrl.replace(/^http/, 'ws'));
        socket.onopen = () => resolve();
        socket.onmessage = (ev) => hear(JSON.parse(ev.data as string) as Message);
        socket.onerror = () => reject(new Error('The call could not be connected.'));
        socket.onclose = () => finish('ended');
      });
      ear?.start();
    },
    async stop() {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'end-call' }));
      else finish('ended');
    },
    mute(value) {
      muted = value;
    },
    say,
  };
};

function speak(text: string, events: VoiceEvents): void {
  if (!('speechSynthesis' in window)) return;
  const words = new SpeechSynthesisUtterance(text);
  words.onstart = () => events.speaking(true);
  words.onend = () => events.speaking(false);
  window.speechSynthesis.speak(words);
}

function listen(heard: (text: string) => void): Recognition | null {
  const Maker = (window as unknown as { SpeechRecognition?: new () => Recognition; webkitSpeechRecognition?: new () => Recognition });
  const Recognizer = Maker.SpeechRecognition ?? Maker.webkitSpeechRecognition;
  if (!Recognizer) return null;
  const ear = new Recognizer();
  ear.continuous = true;
  ear.lang = document.documentElement.lang;
  ear.onresult = (ev) => {
    for (let i = ev.resultIndex; i < ev.results.length; i += 1) {
      const result = ev.results[i]!;
      if (result.isFinal) heard(result[0]!.transcript.trim());
    }
  };
  return ear;
}

/** The level of the microphone, if the person allows it. Typing works without. Returns how to stop. */
async function watchMicrophone(events: VoiceEvents, isMuted: () => boolean): Promise<() => void> {
  let stream: MediaStream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    return () => undefined;
  }
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  audio.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const loudness = Math.sqrt(samples.reduce((sum, v) => sum + v * v, 0) / samples.length);
    events.level(isMuted() ? 0 : Math.min(1, loudness * 5));
  }, 90);
  return () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    void audio.close();
  };
}
