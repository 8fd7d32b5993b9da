import { InferenceRequest } from '../../core/protocol/inferenceProtocol';
import type { RunServices } from './explainRun';
import type { Run } from './runHistory';

/** Takes a run out of the list; the process lets go of its numbers. */
export async function dropRun({ history, client, log }: RunServices, run: Run): Promise<void> {
  history.delete(run);
  if (client.processId === undefined) return;
  await client
    .request(InferenceRequest.forget, { run: run.explanation.run })
    .catch((error: unknown) => log.warn('The process could not be told to let go of a run.', error));
}
