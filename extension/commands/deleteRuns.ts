import { dropRun } from '../runs/dropRun';
import type { Run } from '../runs/runHistory';
import type { Services } from '../services/services';

/** `headlight.deleteRun`: takes runs out of the list and closes their panels; the process lets go of their numbers. */
export async function deleteRuns(services: Services, runs: readonly Run[]): Promise<void> {
  for (const run of runs) await dropRun(services, run);
}
