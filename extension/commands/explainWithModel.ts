import type { Run } from '../runs/runHistory';
import type { Services } from '../services/services';
import { anotherModel } from './models/anotherModel';

/** `headlight.explainWithModel`: runs another model, or the same in another precision, on a run's text, in its panel. */
export async function explainWithModel(services: Services, shown?: Run): Promise<void> {
  const chosen = await anotherModel(services, shown, {
    title: 'Explain with Another Model',
    relation: 'in place of',
    without: 'Explain a text first: then another model can read it.',
  });
  if (chosen) await services.panels.explainWith(chosen.run, chosen.source, chosen.model);
}
