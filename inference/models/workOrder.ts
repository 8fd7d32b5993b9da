/**
 * Which piece of work is done next, whatever model it is of. ONNX Runtime holds up the whole process while it runs, so work in
 * the background comes in pieces, and before each one messages are read and what the user waits for is done.
 */
export class WorkOrder {
  private waitedFor = 0;
  private readonly whenQuiet: (() => void)[] = [];
  private lastInBackground: Promise<unknown> = Promise.resolve();

  /** Does what the user waits for. */
  async atOnce<Result>(work: () => Promise<Result>): Promise<Result> {
    this.waitedFor++;
    try {
      return await work();
    } finally {
      if (--this.waitedFor === 0) this.whenQuiet.splice(0).forEach(go => go());
    }
  }

  /** Does a piece of work in its turn: behind all that the user waits for, and behind the pieces that were there before it. */
  inBackground<Result>(piece: () => Promise<Result>): Promise<Result> {
    const result = this.lastInBackground.then(async () => {
      await this.turn();
      return piece();
    });
    this.lastInBackground = result.catch(() => undefined);
    return result;
  }

  /** Lets messages be read, and what the user waits for be done. */
  private async turn(): Promise<void> {
    do {
      while (this.waitedFor > 0) await new Promise<void>(resolve => this.whenQuiet.push(resolve));
      await messagesRead();
    } while (this.waitedFor > 0);
  }
}

/** A message comes in one turn of the event loop, is looked at in the next, and what it asks for begins in the one after. */
async function messagesRead(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise(resolve => setImmediate(resolve));
}
