/** Runs rows through a part of a model, each by itself: as many rows of another length. */
export type RowsThrough = (rows: readonly Float32Array[]) => Promise<readonly Float32Array[]>;

/** How far a number may lie from what a norm gives, relative to its largest: else it is more than a norm. */
const tolerance = 1e-3;

/**
 * A norm (LayerNorm, RMSNorm) with its statistic held at what it is of one vector: linear then but for its bias, so that what
 * it makes of a sum is the sum of what it makes of the parts (Elhage et al. 2021, “A Mathematical Framework for Transformer
 * Circuits”; TransformerLens's `apply_ln`).
 */
export class HeldNorm {
  private constructor(
    private readonly weight: Float32Array,
    /** What it adds to everything. */
    readonly bias: Float32Array,
    /** Whether it subtracts the mean: a LayerNorm. */
    private readonly centred: boolean,
    /** One by the deviation, or by the root mean square. */
    private readonly scale: number,
  ) {}

  /**
   * Finds weight, bias and statistic from what the norm gives of vectors that are known: the graph may write it in any way.
   * @param through the norm.
   * @param at the vector whose statistic is held.
   * @returns undefined where it is something else than a norm.
   */
  static async of(through: RowsThrough, at: Float32Array): Promise<HeldNorm | undefined> {
    const large = 1000;
    const probe = at.map((_, i) => (i % 2 === 0 ? large : -large));
    const [normed, bias, alternating, constant] = await through([
      at,
      new Float32Array(at.length),
      probe,
      new Float32Array(at.length).fill(large),
    ]);
    if (normed.length !== at.length) return undefined;
    const difference = (a: Float32Array) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - bias[i])), 0);
    // Of equal numbers a LayerNorm leaves nothing.
    const centred = difference(constant) < 0.1 * difference(alternating);
    const units = unit(probe, centred);
    const weight = alternating.map((value, i) => (value - bias[i]) / units[i]);
    const parts = centredOf(at, centred).map((value, i) => value * weight[i]);
    const square = parts.reduce((sum, value) => sum + value * value, 0);
    const scale = parts.reduce((sum, value, i) => sum + value * (normed[i] - bias[i]), 0) / square;
    const largest = difference(normed);
    const fits = parts.every((value, i) => Math.abs(value * scale + bias[i] - normed[i]) <= tolerance * largest);
    return fits ? new HeldNorm(weight, bias, centred, scale) : undefined;
  }

  /** What it makes of a part of the vector, without its bias. */
  of(part: Float32Array): Float32Array {
    return centredOf(part, this.centred).map((value, i) => value * this.weight[i] * this.scale);
  }
}

function centredOf(vector: Float32Array, centred: boolean): Float32Array {
  if (!centred) return vector;
  const mean = vector.reduce((sum, value) => sum + value, 0) / vector.length;
  return vector.map(value => value - mean);
}

/** A vector with its mean taken away, where that is done, by its deviation or root mean square. */
function unit(vector: Float32Array, centred: boolean): Float32Array {
  const parts = centredOf(vector, centred);
  const deviation = Math.sqrt(parts.reduce((sum, value) => sum + value * value, 0) / parts.length);
  return parts.map(value => value / deviation);
}
