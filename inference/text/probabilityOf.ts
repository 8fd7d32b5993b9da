import type { Logits } from '../models/recorder';

/** How likely the model took a token for, by a row of its logits. */
export function probabilityOf({ data, columns }: Logits, row: number, id: number): number {
  const from = row * columns;
  let maximum = -Infinity;
  for (let i = 0; i < columns; i++) maximum = Math.max(maximum, data[from + i]);
  let sum = 0;
  for (let i = 0; i < columns; i++) sum += Math.exp(data[from + i] - maximum);
  return Math.exp(data[from + id] - maximum) / sum;
}
