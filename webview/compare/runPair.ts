import { compareHeads, type HeadComparison } from '../../core/attention/compare/compareHeads';
import { lackingPlaces } from '../../core/attention/compare/lackingPlaces';
import type { RunMatch } from '../../core/attention/compare/runMatch';
import type { CompareSelection } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, AttentionTensor, Explanation, HeadAddress } from '../../core/protocol/explanation';
import { layerOf } from '../attention/choice';
import { fromTensor, fromThumbnail, type HeadMatrix } from '../attention/headMatrix';
import type { MissingTokens } from './comparedMatrix';

/** Two heads of two runs on common axes. */
export interface RunPair {
  readonly one: HeadMatrix;
  readonly other: HeadMatrix;
  readonly comparison: HeadComparison;
  /** Where either run has no token. */
  readonly missing: { readonly one: MissingTokens; readonly other: MissingTokens };
}

/** How heads of two runs are paired unless said otherwise: by number in one and the same model, by distance in two. */
export function usualPairing(one: Explanation, other: Explanation): NonNullable<CompareSelection['pairing']> {
  return one.model.id === other.model.id && one.model.dtype === other.model.dtype ? 'same' : 'matched';
}

/** The head of the second run that a head of the first is held against. */
export function pairedHead({ matches, otherKind }: RunMatch, head: HeadAddress, other: Explanation, pairing: NonNullable<CompareSelection['pairing']>): HeadAddress | undefined {
  const same = { kind: otherKind, layer: head.layer, head: head.head };
  if (pairing === 'same' && layerOf(other, same)) return same;
  const match = matches.pairs.find(({ one }) => one.layer === head.layer && one.head === head.head)?.other;
  return match && { kind: otherKind, ...match };
}

/** Lays the numbers of two heads on the common axes and compares them. */
export function pairOf({ queries, keys }: RunMatch, one: { group: AttentionGroup; matrix: HeadMatrix }, other: { group: AttentionGroup; matrix: HeadMatrix }): RunPair {
  const shaped = ({ group, matrix }: typeof one) => ({ ...matrix, causal: group.causal, sameSequence: group.queries === group.keys });
  const comparison = compareHeads(shaped(one), shaped(other), queries, keys);
  const common = (data: Float32Array): HeadMatrix => ({ queries: queries.length, keys: keys.length, rows: queries.length, columns: keys.length, data, exact: true });
  const missing = (side: 'one' | 'other') => ({ queries: lackingPlaces(queries, side), keys: lackingPlaces(keys, side) });
  return { one: common(comparison.one), other: common(comparison.other), comparison, missing: { one: missing('one'), other: missing('other') } };
}

/** A head's numbers: its thumbnail where that is the whole, else as the host gives them. */
export async function matrixOf(explanation: Explanation, address: HeadAddress, ask: () => Promise<AttentionTensor>): Promise<HeadMatrix> {
  const layer = layerOf(explanation, address);
  const pooled = layer && fromThumbnail(layer, address.head);
  return pooled?.exact ? pooled : fromTensor(await ask());
}
