import type { PanelSelection } from '../../core/protocol/attentionPanelProtocol';
import { RunRequest } from '../../core/protocol/runProtocol';
import { toProcess } from '../../core/protocol/askType';
import type { MarkedLink } from '../../core/text/markedText';
import type { InferenceClient } from '../inference/inferenceClient';
import { runReference } from '../runs/explainRun';
import type { Run } from '../runs/runHistory';
import { probePlaces } from './probePlaces';
import type { Probe } from './probes';

/**
 * Which head of a run shows a probe best, and the token to look from: the one that looks most from the marked places to
 * what they are to look at. Nothing where the text was cut before them.
 */
export async function probeHead(
  client: InferenceClient,
  run: Run,
  probe: Probe,
  links: readonly MarkedLink[],
): Promise<PanelSelection> {
  const { explanation } = run;
  const places = probePlaces(explanation, links, probe.written);
  if (places.length === 0) return {};
  const kind = probe.written ? 'cross' : (explanation.groups.find(group => group.kind !== 'cross')?.kind ?? 'self');
  const [best] = await client.request(toProcess(RunRequest.links), {
    of: runReference(run),
    wish: { kind, links: places },
  });
  const head = { kind, layer: best.layer, head: best.head };
  return { head, heads: [head], query: places[0].query };
}
