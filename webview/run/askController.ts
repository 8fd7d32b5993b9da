import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** So long nothing is said of a wait, in milliseconds, so that a short one does not flash. */
const patience = 150;

/**
 * What a view asked for: its answer, the sentence that it failed with, and whether one waits for long. The answer before stays
 * until the next is there. What was asked for and not answered when the view was taken away, or failed, can be asked again.
 */
export class AskController<Answer> implements ReactiveController {
  answer?: Answer;
  failure = '';
  waits = false;

  private key = '';
  private underWay?: AbortController;
  private timer?: ReturnType<typeof setTimeout>;

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this);
  }

  hostDisconnected(): void {
    if (this.underWay) this.key = '';
    this.settle();
  }

  /** Whether this is what was asked for last, and has not failed. */
  isOf(key: string): boolean {
    return key === this.key;
  }

  /** Whether the answer is of what was asked for last. */
  get isSettled(): boolean {
    return !this.underWay && this.failure === '';
  }

  /** Forgets the answer: the next is of something else altogether. */
  forget(): void {
    this.settle();
    [this.answer, this.failure, this.key] = [undefined, '', ''];
  }

  /**
   * Asks for something else than before; what was asked for before is wanted no longer.
   * @param join makes what is shown of the answer, which may be a part of the one before anew.
   */
  ask(
    key: string,
    load: (signal: AbortSignal) => Promise<Answer>,
    join?: (answer: Answer, before: Answer | undefined) => Answer,
  ): void {
    this.settle();
    this.key = key;
    const { signal } = (this.underWay = new AbortController());
    this.timer = setTimeout(() => {
      this.waits = true;
      this.host.requestUpdate();
    }, patience);
    load(signal).then(
      answer => {
        if (signal.aborted) return;
        this.settle();
        this.failure = '';
        this.answer = join ? join(answer, this.answer) : answer;
        this.host.requestUpdate();
      },
      (error: unknown) => {
        if (signal.aborted) return;
        this.settle();
        this.key = '';
        this.failure = error instanceof Error ? error.message : String(error);
        this.host.requestUpdate();
      },
    );
  }

  private settle(): void {
    this.underWay?.abort();
    this.underWay = undefined;
    clearTimeout(this.timer);
    this.waits = false;
  }
}
