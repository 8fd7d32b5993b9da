/** Samples a second that the process gives: what the model hears. */
const rate = 16_000;

/**
 * Plays samples through the Web Audio API: no media element, so the page's content security policy needs no source for one.
 */
export class Player {
  private context?: AudioContext;
  private source?: AudioBufferSourceNode;
  private frame = 0;

  /** @param moment called with the second that is played, and with undefined at the end. */
  constructor(private readonly moment: (seconds: number | undefined) => void) {}

  get playing(): boolean {
    return this.source !== undefined;
  }

  /** Plays samples that begin at a second of the audio. @throws Error with one sentence where there is no sound. */
  async play(samples: Float32Array, start: number): Promise<void> {
    this.stop();
    const context = (this.context ??= new AudioContext());
    await context.resume();
    const buffer = context.createBuffer(1, Math.max(1, samples.length), rate);
    buffer.copyToChannel(samples as Float32Array<ArrayBuffer>, 0);
    const source = (this.source = context.createBufferSource());
    source.buffer = buffer;
    source.connect(context.destination);
    source.onended = () => {
      if (this.source === source) this.stop();
    };
    const began = context.currentTime;
    source.start();
    const tell = () => {
      if (this.source !== source) return;
      this.moment(Math.min(start + samples.length / rate, start + context.currentTime - began));
      this.frame = requestAnimationFrame(tell);
    };
    tell();
  }

  stop(): void {
    const { source } = this;
    this.source = undefined;
    cancelAnimationFrame(this.frame);
    source?.stop();
    this.moment(undefined);
  }

  /** Lets go of the sound. */
  dispose(): void {
    this.stop();
    void this.context?.close();
    this.context = undefined;
  }
}
