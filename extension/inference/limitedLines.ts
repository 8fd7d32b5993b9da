/** So many lines of what a process says are kept before it is told that there were more. */
const mostLines = 100;

/**
 * Passes on what a process says, line by line, but not more than a log can hold: a native library that fails may say the
 * same thousands of times.
 */
export class LimitedLines {
  private count = 0;
  private leftOut = 0;

  constructor(private readonly tell: (line: string) => void) {}

  add(text: string): void {
    for (const line of text.trimEnd().split('\n')) {
      if (this.count++ < mostLines) this.tell(line);
      else this.leftOut++;
    }
  }

  /** The process ended: says how many lines were left out. */
  end(): void {
    if (this.leftOut > 0) this.tell(`… and ${this.leftOut.toLocaleString('en')} lines more.`);
    this.count = this.leftOut = 0;
  }
}
