import { SeededNumbers } from '../../../core/attention/mechanisms/seededNumbers';

/** Pseudo-random whole numbers below a limit, the same on every run. */
export function randomNumbers(seed: number): (limit: number) => number {
  const numbers = new SeededNumbers(seed);
  return limit => Math.floor(numbers.uniform() * limit);
}
