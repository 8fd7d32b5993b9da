import type { Run } from '../runs/runHistory';
import type { Services } from '../services/services';
import { showInformationMessage } from '../shown/messages';

/** `headlight.explainAgain`: explains the text of a run as it stands in its document now. */
export async function explainAgain({ panels }: Services, run?: Run): Promise<void> {
  if (!(await panels.explainRunAgain(run))) {
    void showInformationMessage('Explain a text first: then it can be explained again as it is edited.');
  }
}
