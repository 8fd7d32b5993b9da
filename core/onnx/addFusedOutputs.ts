import type { AttentionTensorKind } from './addAttention';
import type { AttentionMatch } from './attentionMatch';
import type { ModelEdit } from './modelEdit';

/** Makes a fused operator give what is wanted; the names of the results. */
export function addFusedOutputs(_edit: ModelEdit, _place: AttentionMatch, _wanted: readonly AttentionTensorKind[], _switchName: string | undefined): Map<AttentionTensorKind, string> {
  return new Map();
}
