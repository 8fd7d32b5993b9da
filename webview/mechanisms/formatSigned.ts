/** A number with its sign, three digits that say something: “−0.412”, “6.31”, “12.8”. */
export function formatSigned(value: number): string {
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.001 || size === 0 ? 3 : -1;
  const text = digits < 0 ? size.toExponential(1) : size.toFixed(digits);
  return value < 0 ? `−${text}` : text;
}
