/* Runs in the browser's audio thread: hands the microphone on as signed 16-bit samples, 20 ms at a time. */
interface Processor { readonly port: MessagePort }
declare const sampleRate: number;
declare const AudioWorkletProcessor: new () => Processor;
declare function registerProcessor(name: string, processor: new () => Processor): void;

class Tap extends AudioWorkletProcessor {
  private samples = new Int16Array(sampleRate / 50);
  private filled = 0;

  process([input]: Float32Array[][]): boolean {
    for (const value of input?.[0] ?? []) {
      this.samples[this.filled] = Math.max(-1, Math.min(1, value)) * 32767;
      this.filled += 1;
      if (this.filled === this.samples.length) {
        this.port.postMessage(this.samples);
        this.filled = 0;
      }
    }
    return true;
  }
}
registerProcessor('tap', Tap);
