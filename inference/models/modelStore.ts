import type { ModelReference } from '../../core/protocol/modelReference';
import type { OpenModel } from './openModel';

/** How much the store may keep, and for how long. */
export interface ModelStoreLimits {
  /** Bytes that models may take before those used longest ago are let go. */
  readonly bytes: number;
  /** Milliseconds without use after which a model is let go; 0: never. */
  readonly idle: number;
}

interface Entry {
  readonly opening: Promise<OpenModel>;
  /** Settles when the last piece of work that was asked for is done. */
  queue: Promise<unknown>;
  waiting: number;
  bytes: number;
  idle?: NodeJS.Timeout;
}

/** The open models, those used longest ago first. */
export class ModelStore {
  private readonly entries = new Map<string, Entry>();

  /** @param openModel opens a model that is not open. */
  constructor(
    private readonly limits: ModelStoreLimits,
    private readonly openModel: (reference: ModelReference) => Promise<OpenModel>,
  ) {}

  /** Whether a model is open or being opened. */
  has(reference: ModelReference): boolean {
    return this.entries.has(keyOf(reference));
  }

  /**
   * Does work with a model, opening it where it is not open. Work on one model is done one piece after another, since a
   * session records one run at a time. A model that failed to open is tried again at the next call.
   */
  async use<Result>(reference: ModelReference, work: (model: OpenModel) => Promise<Result>): Promise<Result> {
    const key = keyOf(reference);
    const entry = this.entries.get(key) ?? this.open(reference);
    this.entries.delete(key);
    this.entries.set(key, entry);
    clearTimeout(entry.idle);
    entry.waiting++;
    const result = entry.queue.then(async () => work(await entry.opening));
    entry.queue = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      entry.waiting--;
      this.makeRoom(key);
      if (entry.waiting === 0 && this.limits.idle > 0 && this.entries.get(key) === entry) {
        entry.idle = setTimeout(() => this.close(key), this.limits.idle);
      }
    }
  }

  private open(reference: ModelReference): Entry {
    const entry: Entry = { opening: this.openModel(reference), queue: Promise.resolve(), waiting: 0, bytes: 0 };
    entry.opening.then(
      model => {
        entry.bytes = model.bytes;
      },
      () => this.entries.delete(keyOf(reference)),
    );
    return entry;
  }

  private makeRoom(keep: string): void {
    let total = 0;
    for (const entry of this.entries.values()) total += entry.bytes;
    for (const [key, entry] of this.entries) {
      if (total <= this.limits.bytes) return;
      if (key === keep || entry.waiting > 0) continue;
      total -= entry.bytes;
      this.close(key);
    }
  }

  private close(key: string): void {
    const entry = this.entries.get(key);
    this.entries.delete(key);
    clearTimeout(entry?.idle);
    entry?.opening.then(
      open => open.dispose(),
      () => undefined,
    );
  }
}

function keyOf(reference: ModelReference): string {
  return `${reference.folder}\n${reference.dtype}\n${reference.graph?.file ?? ''}\n${reference.graph?.inputsFolder ?? ''}`;
}
