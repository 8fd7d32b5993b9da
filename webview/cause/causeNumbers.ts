/** A size that is never far below 0, in bits or of a score: "1.59", "0.038", "<0.001", "0". */
export function formatSize(size: number): string {
  if (size === 0) return '0';
  if (size < 0) return `−${formatSize(-size)}`;
  return size < 0.001 ? '<0.001' : size.toFixed(size < 0.1 ? 3 : 2);
}

/** A change to two decimals, all alike, with its sign: "+1.42", "−0.57", "0.00". */
export function formatChange(change: number): string {
  const digits = Math.abs(change).toFixed(2);
  return Number(digits) === 0 ? digits : `${change < 0 ? '−' : '+'}${digits}`;
}

/** A part of a difference to two decimals: "0.61", "−0.22". */
export function formatPart(part: number): string {
  return part
    .toFixed(2)
    .replace(/^-(?=0\.00$)/, '')
    .replace('-', '−');
}
