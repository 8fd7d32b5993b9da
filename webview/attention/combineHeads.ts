import type { HeadCombination } from '../../core/protocol/attentionPanelProtocol';
import type { HeadMatrix } from './headMatrix';

/** Makes one matrix of several, one after the other, so that not all are held at once. */
export class CombineHeads {
  private sum?: Float32Array;
  private first?: HeadMatrix;
  private added = 0;
  private exact = true;

  constructor(private readonly how: Exclude<HeadCombination, 'one'>) {}

  /** How many heads there are so far. */
  get count(): number {
    return this.added;
  }

  /**
   * Adds a head.
   * @throws RangeError where its shape differs from the first one's.
   */
  add(matrix: HeadMatrix): void {
    this.added++;
    this.exact &&= matrix.exact;
    const { sum } = this;
    if (!sum) {
      this.first = matrix;
      this.sum = matrix.data.slice();
      return;
    }
    const { data } = matrix;
    if (data.length !== sum.length) throw new RangeError(`A head of ${data.length} weights does not fit one of ${sum.length}.`);
    if (this.how === 'mean') for (let i = 0; i < sum.length; i++) sum[i] += data[i];
    else for (let i = 0; i < sum.length; i++) if (data[i] > sum[i]) sum[i] = data[i];
  }

  /**
   * The mean or the largest of what was added, cell by cell. To be called once, at the end.
   * @throws RangeError where nothing was added.
   */
  result(): HeadMatrix {
    const { sum, first, added } = this;
    if (!sum || !first) throw new RangeError('There is no head to combine.');
    if (this.how === 'mean') for (let i = 0; i < sum.length; i++) sum[i] /= added;
    return { ...first, data: sum, exact: this.exact };
  }
}
