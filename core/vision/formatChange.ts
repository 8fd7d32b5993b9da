/** A change of a log-probability with its sign: "−2.31", "+0.20", "0". @param digits after the point. */
export function formatChange(change: number, digits = 2): string {
  const text = Math.abs(change).toFixed(digits);
  return Number(text) === 0 ? '0' : `${change < 0 ? '−' : '+'}${text}`;
}
