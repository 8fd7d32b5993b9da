import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { TokenizerFamily } from '../../core/text/tokenizerFamily';
import { InferenceFault } from './inferenceFault';
import type { OpenModel, TransformersModel } from './openModel';

/** A model that reads text. */
export interface TextModel extends TransformersModel {
  readonly tokenizer: PreTrainedTokenizer;
  readonly family: TokenizerFamily;
}

/**
 * A model as one of transformers.js.
 * @throws {InferenceFault} where it is a graph that is run by its inputs' names.
 */
export function transformersModel(open: OpenModel): TransformersModel {
  if ('model' in open) return open as TransformersModel;
  throw new InferenceFault(InferenceErrorCode.model, `${open.info.id} has no tokenizer; give it numbers, not text.`);
}

/**
 * A model as one that reads text.
 * @throws {InferenceFault} where it reads images alone, or numbers.
 */
export function textModel(open: OpenModel): TextModel {
  const { tokenizer, family } = transformersModel(open);
  if (tokenizer && family) return open as TextModel;
  throw new InferenceFault(
    InferenceErrorCode.model,
    `${open.info.id} reads images, not text; right-click an image to explain it, or choose a model that reads text.`,
  );
}
