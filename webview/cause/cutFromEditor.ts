import { textName } from '../../core/cause/textName';
import type { PlaceRange } from '../../core/run/cause';
import { tokensOf } from '../run/choice';
import type { RunState } from '../run/runState';
import { causeTab } from './causeTab';

/** Shows Cause with tokens of the text, chosen in the editor, as the keys that attention is cut to. */
export function cutFromEditor(shown: RunState, keys: PlaceRange): void {
  const { explanation } = shown;
  // The text is read by attention whose keys are of it: of a decoder's kinds the cross-attention.
  if (shown.rawGroup.keys !== 'input') {
    const ofInput = explanation.groups.filter(group => group.keys === 'input');
    const own = ofInput.find(group => group.queries === explanation.predictionsOf) ?? ofInput.at(0);
    if (own) shown.chooseKind(own.kind);
  }
  const { choice, rawGroup: group } = shown;
  const last = tokensOf(explanation, group.queries).length - 1;
  // Selecting in the editor chose the token there; what is cut to is looked at from behind it.
  const query = group.queries === group.keys && choice.query <= keys.last + 1 ? last : choice.query;
  const of = textName(explanation.model.id, explanation.text, explanation.output?.text);
  shown.choose({ view: causeTab.id, query, cause: { ...choice.cause, keys: { ...keys, of } } });
}
