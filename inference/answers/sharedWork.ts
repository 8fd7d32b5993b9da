import { CancellationTokenSource, ResponseError, type CancellationToken } from 'vscode-jsonrpc';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { stopIfCancelled } from '../models/stopIfCancelled';

interface Shared {
  readonly answer: Promise<unknown>;
  readonly source: CancellationTokenSource;
  waiting: number;
}

/** Work that is done once however often it is asked for meanwhile; it ends when nobody waits for it any longer. */
export class SharedWork {
  private readonly running = new Map<string, Shared>();

  /**
   * Does work, or waits for what is being done already.
   * @param key what is the same work.
   * @throws {ResponseError} as soon as who asks does not want it any longer.
   */
  async ask<Result>(
    key: string,
    cancelled: CancellationToken,
    work: (cancelled: CancellationToken) => Promise<Result>,
  ): Promise<Result> {
    stopIfCancelled(cancelled);
    const shared = this.running.get(key) ?? this.start(key, work);
    shared.waiting++;
    let stopped: { dispose(): void } | undefined;
    const given = new Promise<never>((_, reject) => {
      stopped = cancelled.onCancellationRequested(() => {
        reject(new ResponseError(InferenceErrorCode.cancelled, 'Cancelled.'));
        if (--shared.waiting > 0) return;
        shared.source.cancel();
        // Who asks again wants all of it.
        if (this.running.get(key) === shared) this.running.delete(key);
      });
    });
    try {
      return await Promise.race([shared.answer as Promise<Result>, given]);
    } finally {
      stopped?.dispose();
    }
  }

  private start(key: string, work: (cancelled: CancellationToken) => Promise<unknown>): Shared {
    const source = new CancellationTokenSource();
    const answer = work(source.token);
    const shared: Shared = { answer, source, waiting: 0 };
    const done = () => {
      if (this.running.get(key) === shared) this.running.delete(key);
    };
    answer.then(done, done);
    this.running.set(key, shared);
    return shared;
  }
}
