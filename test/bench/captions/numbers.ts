import { readFileSync } from 'node:fs';

/** Megabytes that a process holds in memory. */
export function memory(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024);
}

/** The value that so many of a hundred lie below. */
export function percentile(values: readonly number[], of100: number): number {
  const sorted = values.slice().sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * of100) / 100))];
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}
