/**
 * Adds one of several heads to their mean or to their maximum, cell by cell.
 * @param sum What has been made of those before: zeros for the first.
 * @param heads How many there are in all.
 * @throws RangeError where the shapes differ.
 */
export function combineInto(sum: Float32Array, data: Float32Array, how: 'mean' | 'maximum', heads: number): void {
  if (data.length !== sum.length) {
    throw new RangeError(`A head of ${data.length} weights does not fit one of ${sum.length}.`);
  }
  if (how === 'mean') for (let i = 0; i < sum.length; i++) sum[i] += data[i] / heads;
  else for (let i = 0; i < sum.length; i++) if (data[i] > sum[i]) sum[i] = data[i];
}
