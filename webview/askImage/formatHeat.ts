import { formatWeight } from '../../core/attention/formatWeight';

/** A weight, or a difference of weights or of log-probabilities with its sign: "0.61", "0.024", "−0.0034", "0". */
export function formatHeat(value: number): string {
  const size = Math.abs(value);
  return `${value < 0 ? '−' : ''}${size >= 0.01 && size < 0.1 ? size.toFixed(3) : formatWeight(size)}`;
}
