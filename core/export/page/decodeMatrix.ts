import type { PageMatrix } from './pageData';

/** One head's weights, [query][key], from the page's 16-bit floats. Runs in the page: it uses nothing outside itself. */
export function decodeMatrix(halves: Uint16Array, { rows, columns, packed, start }: PageMatrix): Float32Array {
  const weights = new Float32Array(rows * columns);
  let at = start;
  for (let row = 0; row < rows; row++) {
    const seen = packed ? Math.min(columns, row + 1) : columns;
    for (let column = 0; column < seen; column++) {
      const bits = halves[at++];
      const exponent = (bits >> 10) & 31;
      const fraction = bits & 1023;
      const size =
        exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? NaN : (1024 + fraction) * 2 ** (exponent - 25);
      weights[row * columns + column] = size;
    }
  }
  return weights;
}
