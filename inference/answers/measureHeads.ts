import type { AttentionKind } from '../../core/attention/attentionKind';
import { headSummarizer, type HeadSummary } from '../../core/attention/measures/summarizeHeads';
import { textFacts } from '../../core/attention/textFacts';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { layersOf, type UseModel } from '../runs/runAttention';
import type { KnownRun } from '../runs/runStore';

/**
 * What every head of one kind does on a run's text, layer by layer.
 * @throws {InferenceFault} where the run has no attention of that kind.
 */
export async function measureHeads(
  { attention, texts }: KnownRun,
  kind: AttentionKind,
  use: UseModel,
): Promise<HeadSummary[]> {
  const [{ keys: columns }] = layersOf(attention, kind);
  const keys = kind === 'decoder' ? texts.output : texts.input;
  if (!keys) throw new InferenceFault(InferenceErrorCode.run, `This run has no ${kind} attention.`);
  const facts = textFacts(keys.text, keys.tokens.slice(0, columns));
  const summaryOf = headSummarizer(facts);
  const summaries: HeadSummary[] = [];
  for await (const part of attention.parts(kind, use)) {
    const sameSequence = kind !== 'cross' && part.queries === part.keys;
    const layer = { ...part, causal: part.causal || kind === 'decoder', sameSequence };
    for (let head = 0; head < part.heads; head++) {
      await use.turn?.();
      summaries.push({ ...summaryOf(layer, head), head: part.firstHead + head });
    }
  }
  return summaries;
}
