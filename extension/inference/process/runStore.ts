import type { ModelReference } from '../../../core/protocol/inferenceProtocol';
import type { LayerTensor } from './runModel';

/** A run, to answer later requests for its numbers. */
export interface StoredRun {
  readonly model: ModelReference;
  readonly text: string;
  /** Absent once the run was let go: it is then computed again from the text. */
  attention?: readonly LayerTensor[];
}

/** The runs of this process. Their tensors are kept, those used longest ago let go first, within a number of bytes. */
export class RunStore {
  private readonly runs = new Map<string, StoredRun>();
  private next = 1;

  constructor(private readonly bytes: number) {}

  add(run: StoredRun): string {
    const id = `${process.pid}.${this.next++}`;
    this.runs.set(id, run);
    this.makeRoom(id);
    return id;
  }

  /** A run, marked as used just now. */
  get(id: string): StoredRun | undefined {
    const run = this.runs.get(id);
    if (run) {
      this.runs.delete(id);
      this.runs.set(id, run);
      this.makeRoom(id);
    }
    return run;
  }

  delete(id: string): void {
    this.runs.delete(id);
  }

  private makeRoom(keep: string): void {
    let total = 0;
    for (const run of this.runs.values()) total += sizeOf(run);
    for (const [id, run] of this.runs) {
      if (total <= this.bytes) return;
      if (id === keep) continue;
      total -= sizeOf(run);
      run.attention = undefined;
    }
  }
}

function sizeOf(run: StoredRun): number {
  return run.attention?.reduce((sum, layer) => sum + layer.data.byteLength, 0) ?? 0;
}
