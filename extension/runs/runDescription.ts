import { firstDifference } from '../../core/text/firstDifference';
import { beginning } from '../source/beginning';
import type { Run, RunHistory } from './runHistory';

/**
 * What tells a run from the others beside its place: where its text first differs from the run of the same place before it
 * (without one how it begins), its model, and when it was made.
 */
export function runDescription(run: Run, history: RunHistory): string {
  const { explanation, source, time } = run;
  const before = history.before(run);
  const text = (before && firstDifference(source.text, before.source.text)) ?? beginning(source.text);
  return [text, `${explanation.model.id} · ${explanation.model.dtype}`, time.toLocaleTimeString()].join(' · ');
}
