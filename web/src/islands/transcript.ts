import type { Line } from './types';

export interface Utterance { role: string; content: string }

/**
 * What was said, from updates that repeat the last few utterances while these still grow. They carry no ids, so each
 * update is laid over what is known already, at the first place from the last one on where it fits.
 */
export class Transcript {
  private readonly known: Utterance[] = [];
  private at = 0;
  constructor(private readonly write: (line: Line) => void) {}

  update(heard: Utterance[]): void {
    const spoken = heard.filter((u) => (u.role === 'agent' || u.role === 'user') && u.content);
    while (!this.fits(spoken)) this.at += 1;
    spoken.forEach((utterance, i) => {
      this.known[this.at + i] = utterance;
      this.show(this.at + i, i < spoken.length - 1);
    });
  }
  /** Nothing grows any more. */
  close(): void {
    if (this.known.length) this.show(this.known.length - 1, true);
  }

  private show(n: number, final: boolean): void {
    const { role, content } = this.known[n]!;
    this.write({ id: `said-${n}`, who: role === 'agent' ? 'agent' : 'caller', text: content, final });
  }
  private fits(spoken: Utterance[]): boolean {
    return spoken.every(({ role, content }, i) => {
      const before = this.known[this.at + i];
      if (!before) return true;
      const grows = this.at + i === this.known.length - 1 || content.startsWith(before.content);
      return before.role === role && grows;
    });
  }
}
