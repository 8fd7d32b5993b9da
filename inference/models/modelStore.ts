import { formatBytes } from '../../core/models/formatBytes';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { expectedMemory } from './expectedMemory';
import { InferenceFault } from './inferenceFault';
import { modelStamp } from './modelStamp';
import type { OpenModel } from './openModel';

/** How much the store may keep, and for how long. */
export interface ModelStoreLimits {
  /** Bytes that models and runs may take before those used longest ago are let go; a model that alone is larger is not opened. */
  readonly bytes: number;
  /** Bytes that runs take, half of which models leave to them. */
  runs?(): number;
  /**
   * Bytes that the process holds for models now: more than they were counted as where the runtime keeps room of their runs.
   */
  taken?(): number;
  /** Called when a model was closed: lets go of what it left. */
  clear?(): void;
  /** Called before a model is opened; gives what to call once it is closed again. */
  claim?(reference: ModelReference): Promise<() => Promise<void>>;
  /** Milliseconds without use after which a model is let go; 0: never. */
  readonly idle: number;
  /** Called when a model's files are no longer those that were opened: it is opened anew with the next use. */
  replaced?(reference: ModelReference): void;
  /** Milliseconds between two looks at an open model's files; absent: {@link usualLook}. */
  readonly lookEvery?: number;
}

/** An open model's files are looked at no more often (milliseconds): it is a few calls to the file system. */
const usualLook = 1000;

interface Entry {
  readonly opening: Promise<OpenModel>;
  /** Settles when the last piece of work that was asked for is done. */
  queue: Promise<unknown>;
  waiting: number;
  /** What it is expected to take, until it is open. */
  expected: number;
  open?: OpenModel;
  /** Its files as they were before they were read. */
  stamp: Promise<string>;
  /** When they were looked at. */
  looked: number;
  /** Says that it is no longer in use. */
  giveBack?: () => Promise<void>;
  idle?: NodeJS.Timeout;
}

/** The open models, those used longest ago first. */
export class ModelStore {
  private readonly entries = new Map<string, Entry>();
  /** Settles when room was made as it was last asked for. */
  private room: Promise<unknown> = Promise.resolve();

  /**
   * @param openModel opens a model that is not open.
   * @param expects what a model will take in memory, before it is opened.
   * @param stampOf what changes with a model's files; empty where they are gone.
   */
  constructor(
    private readonly limits: ModelStoreLimits,
    private readonly openModel: (reference: ModelReference) => Promise<OpenModel>,
    private readonly expects: (reference: ModelReference) => Promise<number> = expectedMemory,
    private readonly stampOf: (reference: ModelReference) => Promise<string> = modelStamp,
  ) {}

  /** Whether a model is open or being opened. */
  has(reference: ModelReference): boolean {
    return this.entries.has(keyOf(reference));
  }

  /** Bytes that all open models take. */
  get total(): number {
    let total = 0;
    for (const entry of this.entries.values()) total += bytesOf(entry);
    return total;
  }

  /**
   * Does work with a model, opening it where it is not open. Work on one model is done one piece after another, since a
   * session records one run at a time. A model that failed to open is tried again at the next call.
   */
  async use<Result>(reference: ModelReference, work: (model: OpenModel) => Promise<Result>): Promise<Result> {
    const key = keyOf(reference);
    if (this.entries.has(key)) await this.look(reference);
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
      void this.makeRoom(key);
      if (entry.waiting === 0 && this.limits.idle > 0 && this.entries.get(key) === entry) {
        entry.idle = setTimeout(() => void this.close(key), this.limits.idle);
      }
    }
  }

  /** Lets go of an open model whose files were replaced, where nothing is done with it just now. */
  async look(reference: ModelReference): Promise<void> {
    const key = keyOf(reference);
    const entry = this.entries.get(key);
    if (!entry?.open || entry.waiting > 0) return;
    if (performance.now() - entry.looked < (this.limits.lookEvery ?? usualLook)) return;
    entry.looked = performance.now();
    const [before, now] = [await entry.stamp, await this.stampOf(reference)];
    // What is gone is no other model: what is open can go on.
    if (now === before || now === '') return;
    if (entry.waiting > 0 || this.entries.get(key) !== entry) return;
    this.limits.replaced?.(reference);
    await this.close(key);
  }

  private open(reference: ModelReference): Entry {
    const begin = async (): Promise<OpenModel> => {
      // Before anything is read: what changes meanwhile is seen later.
      await entry.stamp;
      const expected = await this.expects(reference);
      entry.expected = expected;
      if (expected > this.limits.bytes) throw tooLarge(reference, expected, this.limits.bytes);
      // Before it is opened, so that both are not there at a time.
      await this.makeRoom(keyOf(reference));
      entry.giveBack = await this.limits.claim?.(reference);
      return this.openModel(reference);
    };
    const opening = Promise.resolve().then(begin);
    const entry: Entry = {
      opening,
      queue: Promise.resolve(),
      waiting: 0,
      expected: 0,
      stamp: this.stampOf(reference),
      looked: performance.now(),
    };
    entry.opening.then(
      model => {
        entry.open = model;
      },
      () => {
        this.entries.delete(keyOf(reference));
        void entry.giveBack?.();
      },
    );
    return entry;
  }

  /**
   * Lets go of models, those used longest ago first, until the others fit; those that work goes on with stay. One call after
   * the other: what is being closed still takes its memory.
   */
  private makeRoom(keep: string): Promise<void> {
    const made = this.room.then(async () => {
      const most = this.limits.bytes - Math.min(this.limits.runs?.() ?? 0, this.limits.bytes / 2);
      for (const [key, entry] of [...this.entries]) {
        if (this.needed <= most) break;
        if (key !== keep && entry.waiting === 0 && this.entries.get(key) === entry) await this.close(key);
      }
    });
    this.room = made.catch(() => undefined);
    return made;
  }

  /** Bytes that open models take, and those that are being opened will. */
  private get needed(): number {
    const opening = [...this.entries.values()].reduce((sum, { open, expected }) => sum + (open ? 0 : expected), 0);
    return Math.max(this.total, (this.limits.taken?.() ?? 0) + opening);
  }

  private async close(key: string): Promise<void> {
    const entry = this.entries.get(key);
    this.entries.delete(key);
    clearTimeout(entry?.idle);
    await entry?.opening.then(
      open => open.dispose(),
      () => undefined,
    );
    await entry?.giveBack?.();
    this.limits.clear?.();
  }
}

function bytesOf({ open, expected }: Entry): number {
  // Memory that was let go before is used again unmeasured: never less than what its files tell.
  return Math.max(open?.bytes ?? 0, expected);
}

function tooLarge({ id, dtype }: ModelReference, expected: number, limit: number): InferenceFault {
  return new InferenceFault(
    InferenceErrorCode.model,
    `${id} in ${dtype} takes about ${formatBytes(expected)} of memory, and headlight.maximumMemory allows ${formatBytes(limit)}; choose a smaller precision or model, or raise that setting to ${Math.ceil((expected * 1.25) / 2 ** 20).toLocaleString('en')} (megabytes).`,
  );
}

function keyOf(reference: ModelReference): string {
  return `${reference.folder}\n${reference.dtype}\n${reference.graph?.file ?? ''}\n${reference.graph?.inputsFolder ?? ''}`;
}
