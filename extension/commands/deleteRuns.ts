import { InferenceRequest } from '../../core/protocol/inferenceProtocol';
import type { Run } from '../runs/runHistory';
import type { Services } from '../services/services';

/** `headlight.deleteRun`: takes runs out of the list and closes their panels; the process lets go of their numbers. */
export async function deleteRuns({ history, client, log }: Services, runs: readonly Run[]): Promise<void> {
  for (const run of runs) {
    history.delete(run);
    if (client.processId === undefined) continue;
    await client
      .request(InferenceRequest.forget, { run: run.explanation.run })
      .catch((error: unknown) => log.warn('The process could not be told to let go of a run.', error));
  }
}
