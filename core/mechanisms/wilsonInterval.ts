/** The normal distribution's 97.5th percentile. */
const z = 1.959963984540054;

/** The 95 % interval of a part of all, from so many of a sample (Wilson 1927); 0 to 1 without a sample. */
export function wilsonInterval(right: number, of: number): readonly [low: number, high: number] {
  if (of === 0) return [0, 1];
  const part = right / of;
  const weight = 1 / (1 + z ** 2 / of);
  const middle = weight * (part + z ** 2 / (2 * of));
  const half = weight * z * Math.sqrt((part * (1 - part)) / of + z ** 2 / (4 * of ** 2));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
