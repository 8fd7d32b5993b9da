/** Passes on the latest of values that come in quick succession, at most one in so many milliseconds; not one twice. */
export class Throttle<T> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private value?: T;
  private sent?: string;

  constructor(
    private readonly interval: number,
    private readonly send: (value: T) => void,
  ) {}

  /** Notes a value, to be passed on soon. */
  set(value: T): void {
    this.value = value;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const written = `${JSON.stringify(this.value)}`;
      if (written === this.sent) return;
      this.sent = written;
      this.send(this.value as T);
    }, this.interval);
  }

  /** Drops what was to be passed on, and forgets what was: whoever listens starts anew. */
  reset(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.sent = undefined;
  }
}
