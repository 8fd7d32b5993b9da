import type { LayerTensor } from './runModel';

/** The tensors of the runs of this process: kept within a number of bytes, those used longest ago let go first. */
export class RunStore {
  private readonly runs = new Map<string, readonly LayerTensor[]>();

  constructor(private readonly bytes: number) {}

  /** Keeps a run's tensors; they are kept even where they alone are more than the limit. */
  set(run: string, attention: readonly LayerTensor[]): void {
    this.runs.delete(run);
    this.runs.set(run, attention);
    let total = 0;
    for (const kept of this.runs.values()) total += sizeOf(kept);
    for (const [other, kept] of this.runs) {
      if (total <= this.bytes || other === run) return;
      total -= sizeOf(kept);
      this.runs.delete(other);
    }
  }

  /** A run's tensors, marked as used just now; undefined where they were let go. */
  get(run: string): readonly LayerTensor[] | undefined {
    const attention = this.runs.get(run);
    if (!attention) return undefined;
    this.runs.delete(run);
    this.runs.set(run, attention);
    return attention;
  }

  delete(run: string): void {
    this.runs.delete(run);
  }
}

function sizeOf(attention: readonly LayerTensor[]): number {
  return attention.reduce((sum, layer) => sum + layer.data.byteLength, 0);
}
