/** One layer's cross-attention: [heads][queries][keys]. */
export interface CrossLayer {
  readonly layer: number;
  readonly heads: number;
  readonly queries: number;
  readonly keys: number;
  readonly data: Float32Array;
}

/** Frames over which the median is taken. */
const medianWidth = 7;

/**
 * What tokens are placed by: the rows of the heads given, over the frames that hold audio, each frame standardised over
 * the tokens, smoothed by a median over time, and averaged over the heads (openai/whisper, timing.py).
 * @param heads as [layer, head].
 * @param first the first row.
 * @returns [rows][frames]
 */
export function alignmentMatrix(
  layers: readonly CrossLayer[],
  heads: readonly (readonly [number, number])[],
  first: number,
  rows: number,
  frames: number,
): Float32Array {
  const mean = new Float32Array(rows * frames);
  for (const [layer, head] of heads) {
    const found = layers.find(each => each.layer === layer);
    if (!found) continue;
    const part = new Float32Array(rows * frames);
    for (let row = 0; row < rows; row++) {
      const from = (head * found.queries + first + row) * found.keys;
      const weights = found.data.subarray(from, from + frames);
      const sum = weights.reduce((total, weight) => total + weight, 0) || 1;
      for (let frame = 0; frame < frames; frame++) part[row * frames + frame] = weights[frame] / sum;
    }
    standardise(part, rows, frames);
    for (let row = 0; row < rows; row++) {
      const smooth = medianFilter(part.subarray(row * frames, (row + 1) * frames), medianWidth);
      for (let frame = 0; frame < frames; frame++) mean[row * frames + frame] += smooth[frame] / heads.length;
    }
  }
  return mean;
}

function standardise(matrix: Float32Array, rows: number, columns: number): void {
  for (let column = 0; column < columns; column++) {
    let [sum, squares] = [0, 0];
    for (let row = 0; row < rows; row++) sum += matrix[row * columns + column];
    const mean = sum / rows;
    for (let row = 0; row < rows; row++) squares += (matrix[row * columns + column] - mean) ** 2;
    const deviation = Math.sqrt(squares / rows) || 1;
    for (let row = 0; row < rows; row++) {
      matrix[row * columns + column] = (matrix[row * columns + column] - mean) / deviation;
    }
  }
}

/** The median of each value's neighbourhood, mirrored at the ends; a row shorter than the neighbourhood stays as it is. */
export function medianFilter(row: Float32Array, width: number): Float32Array {
  const half = (width - 1) / 2;
  if (row.length <= half) return row;
  const mirrored = (at: number) => row[at < 0 ? -at : at >= row.length ? 2 * row.length - 2 - at : at];
  return Float32Array.from(
    row,
    (_, at) => Array.from({ length: width }, (__, k) => mirrored(at - half + k)).sort((a, b) => a - b)[half],
  );
}
