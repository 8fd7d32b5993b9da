import { InferenceRequest } from '../../core/protocol/inferenceProtocol';
import type { Run } from '../runs/runHistory';
import type { Services } from '../services';

/** `headlight.deleteRun`: takes a run out of the list and closes its panel; the process lets go of its numbers. */
export async function deleteRun({ history, client, log }: Services, run: Run): Promise<void> {
  history.delete(run);
  if (client.processId === undefined) return;
  await client.request(InferenceRequest.forget, { run: run.explanation.run })
    .catch((error: unknown) => log.warn('The process could not be told to let go of a run.', error));
}
