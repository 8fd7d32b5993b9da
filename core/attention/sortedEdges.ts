/** Strengths that are told apart: a weight's square root, in thousandths. */
export const levels = 1000;

/** The weights of one head by strength, strongest first, so that those above a threshold are its beginning. */
export interface SortedEdges {
  /** Places in the matrix, query × keys + key: all of them, or the strongest so many. */
  readonly at: Uint32Array;
  /** For each level 0 to {@link levels} + 1, how many weights are at it or above. */
  readonly upTo: Uint32Array;
}

/** The level of a weight between 0 and 1; 0 is a weight that has no line. */
export function levelOf(weight: number): number {
  // What 32 bits make of 0.01 is a little less.
  return weight > 0 ? Math.min(levels, Math.floor(Math.sqrt(weight) * levels + 1e-4)) : 0;
}

/** The smallest weight of a level. */
export function weightOf(level: number): number {
  return (level / levels) ** 2;
}

/**
 * Sorts the weights of a matrix by level, in time linear in them; those of level 0 are left out.
 * @param data [query][key], row-major.
 * @param most As many places are given.
 */
export function sortEdges(data: Float32Array, most = Infinity): SortedEdges {
  const level = Uint16Array.from(data, levelOf);
  const upTo = new Uint32Array(levels + 2);
  for (const one of level) upTo[one]++;
  for (let one = levels; one >= 0; one--) upTo[one] += upTo[one + 1];
  const at = new Uint32Array(upTo[1]);
  const next = upTo.slice(1);
  for (let i = 0; i < level.length; i++) if (level[i] > 0) at[next[level[i]]++] = i;
  return { at: most < at.length ? at.slice(0, most) : at, upTo };
}

const fewestLines = 24;
const mostLinesAtFirst = 1500;
const lowestLevel = 50;

/**
 * The level from which lines are drawn until the user says otherwise: low enough that most queries have lines, high enough
 * that these can be told apart.
 */
export function defaultLevel(heads: readonly SortedEdges[], queries: number): number {
  const limit = Math.min(mostLinesAtFirst, Math.max(fewestLines, queries * (2 + heads.length)));
  let level = lowestLevel;
  while (level < levels && countFrom(heads, level) > limit) level++;
  while (level > 1 && countFrom(heads, level) === 0) level--;
  return level;
}

/** How many weights are at a level or above. */
export function countFrom(heads: readonly SortedEdges[], level: number): number {
  return heads.reduce((sum, { upTo }) => sum + upTo[level], 0);
}
