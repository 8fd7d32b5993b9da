import type { ImageRegion } from './image';

/** An object that a detector found. */
export interface Detection {
  /** Its class's number. */
  readonly id: number;
  readonly probability: number;
  /** In parts of the image's width and height. */
  readonly box: ImageRegion;
  /** Which of the detector's queries found it. */
  readonly query: number;
}

/**
 * The objects of a detector of DETR's kind (Carion et al. 2020): each query gives logits over the classes and a box as centre
 * and size.
 * @param logits [query][class]
 * @param boxes [query][x, y, width, height]
 * @param least the probability below which an object is not told.
 * @param each whether each class holds by itself (Conditional DETR, RT-DETR: a query may be of several); else one of them does,
 *   and the last stands for “nothing”.
 * @returns likeliest first.
 */
export function detections(
  logits: Float32Array,
  boxes: Float32Array,
  queries: number,
  least: number,
  each = false,
): Detection[] {
  const boxOf = (query: number): ImageRegion => {
    const [x, y, width, height] = boxes.subarray(query * 4, query * 4 + 4);
    return { left: x - width / 2, top: y - height / 2, width, height };
  };
  const classes = logits.length / queries;
  const found: Detection[] = [];
  if (each) {
    for (const [at, logit] of logits.entries()) {
      const [query, id] = [Math.floor(at / classes), at % classes];
      const probability = 1 / (1 + Math.exp(-logit));
      if (probability >= least) found.push({ id, probability, query, box: boxOf(query) });
    }
    return found.sort((a, b) => b.probability - a.probability);
  }
  for (let query = 0; query < queries; query++) {
    const row = logits.subarray(query * classes, (query + 1) * classes);
    const maximum = row.reduce((most, logit) => Math.max(most, logit), -Infinity);
    const sum = row.reduce((total, logit) => total + Math.exp(logit - maximum), 0);
    let id = 0;
    for (let other = 1; other < classes - 1; other++) if (row[other] > row[id]) id = other;
    const probability = Math.exp(row[id] - maximum) / sum;
    if (probability < least) continue;
    found.push({ id, probability, query, box: boxOf(query) });
  }
  return found.sort((a, b) => b.probability - a.probability);
}
