interface Results { resultIndex: number; results: ArrayLike<{ isFinal: boolean } & ArrayLike<{ transcript: string }>> }
interface Recognition {
  continuous: boolean;
  lang: string;
  start(): void;
  stop(): void;
  onresult: ((ev: Results) => void) | null;
  onend: (() => void) | null;
}
type Maker = new () => Recognition;

/** An ear that writes down what is said. Browsers end a recognition after a silence, so it begins again while it is on. */
export class Ear {
  private on = false;
  private running = false; // from start() until the end is told, which comes some time after stop()
  private constructor(private readonly recognition: Recognition, heard: (text: string) => void) {
    recognition.continuous = true;
    recognition.lang = document.documentElement.lang;
    recognition.onresult = (ev) => {
      for (let i = ev.resultIndex; i < ev.results.length; i += 1) {
        const result = ev.results[i]!;
        if (result.isFinal) heard(result[0]!.transcript.trim());
      }
    };
    recognition.onend = () => {
      this.running = false;
      this.open(this.on);
    };
  }

  /** null where the browser recognises no speech. */
  static make(heard: (text: string) => void): Ear | null {
    const global = window as unknown as { SpeechRecognition?: Maker; webkitSpeechRecognition?: Maker };
    const Recognizer = global.SpeechRecognition ?? global.webkitSpeechRecognition;
    return Recognizer ? new Ear(new Recognizer(), heard) : null;
  }

  open(on = true): void {
    this.on = on;
    if (!on || this.running) return;
    this.running = true;
    this.recognition.start();
  }
  close(): void {
    this.on = false;
    if (this.running) this.recognition.stop();
  }
}

/** A mouth that reads lines out, one after the other. `busy` tells when it begins and when it has said everything. */
export class Mouth {
  private pending = 0;
  on = true;
  constructor(private readonly busy: (speaking: boolean) => void) {}

  static readonly exists = 'speechSynthesis' in window && 'SpeechSynthesisUtterance' in window;

  say(text: string): void {
    if (!this.on || !Mouth.exists) return;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = document.documentElement.lang;
    const done = () => {
      this.pending -= 1;
      if (this.pending === 0) this.busy(false);
    };
    words.onend = done;
    words.onerror = done;
    this.pending += 1;
    this.busy(true);
    window.speechSynthesis.speak(words);
  }
  hush(): void {
    if (Mouth.exists) window.speechSynthesis.cancel();
  }
}
