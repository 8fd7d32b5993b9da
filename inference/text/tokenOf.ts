import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';
import { textModel } from '../models/textModel';

/**
 * The first token of a text, and of how many it is: spaces count, as they do in the text that is read.
 * @throws {InferenceFault} where the text is none, or the model has no tokenizer.
 */
export function tokenOf(
  open: OpenModel,
  text: string,
): { readonly id: number; readonly text: string; readonly of: number } {
  const ids = textModel(open).tokenizer.encode(text, { add_special_tokens: false });
  if (ids.length === 0) {
    throw new InferenceFault(InferenceErrorCode.run, 'That text is no token of this model; type another.');
  }
  return { id: ids[0], text: open.predictionText(ids[0], ids), of: ids.length };
}
