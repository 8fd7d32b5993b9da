import type { AttentionKind } from '../../../core/attention/attentionKind';
import { summarizeHeads, type HeadSummary } from '../../../core/attention/summarizeHeads';
import { textFacts } from '../../../core/attention/textFacts';
import { InferenceErrorCode } from '../../../core/protocol/inferenceProtocol';
import { InferenceFault } from './inferenceFault';
import type { KnownRun } from './runStore';

/**
 * What every head of one kind does on a run's text, layer by layer.
 * @throws {InferenceFault} where the run has no attention of that kind.
 */
export function measureHeads({ attention, texts }: KnownRun, kind: AttentionKind): HeadSummary[] {
  const layers = attention.filter(layer => layer.kind === kind);
  const keys = kind === 'decoder' ? texts.output : texts.input;
  if (layers.length === 0 || !keys) throw new InferenceFault(InferenceErrorCode.run, `This run has no ${kind} attention.`);
  return summarizeHeads(layers.map(layer => ({
    ...layer,
    causal: layer.causal || kind === 'decoder',
    sameSequence: kind !== 'cross',
  })), textFacts(keys.text, keys.tokens));
}
