import type { PutBackResult } from '../../core/export/mechanismsNumbers';

/** The results of the runs that were looked at last, each with its own, newest last. */
const results = new Map<string, readonly PutBackResult[]>();
/** Of so many runs they are kept. */
const mostRuns = 20;

/** What was put back into the model on a run's text so far. */
export function putBackResults(run: string): readonly PutBackResult[] {
  return results.get(run) ?? [];
}

/** Keeps a result; one of the same heads and mechanism goes for it. */
export function keepPutBack(run: string, result: PutBackResult): void {
  const others = putBackResults(run).filter(other => keyOf(other) !== keyOf(result));
  results.delete(run);
  results.set(run, [...others, result]);
  const [oldest] = results.keys();
  if (results.size > mostRuns) results.delete(oldest);
}

function keyOf({ wish }: PutBackResult): string {
  return JSON.stringify({ ...wish, position: undefined });
}
