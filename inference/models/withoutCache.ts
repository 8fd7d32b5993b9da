import { Tensor, type PreTrainedModel } from '@huggingface/transformers';
import type { AttentionSession } from './attentionSession';

/** What transformers.js makes the next run's inputs of. */
type PrepareInputs = (ids: bigint[][], inputs: Record<string, unknown>, settings: unknown) => unknown;

/**
 * Lets a model whose decoder takes no cache write: transformers.js would give it the last token alone. It reads all that there
 * is anew for each token.
 * @returns the session of that decoder; undefined where it takes a cache, or the model writes nothing.
 */
export function withoutCache(model: PreTrainedModel): AttentionSession | undefined {
  const writing = model as unknown as {
    readonly can_generate: boolean;
    prepare_inputs_for_generation: PrepareInputs;
  };
  const sessions = model.sessions as unknown as Record<string, AttentionSession | undefined>;
  const decoder = sessions.decoder_model_merged ?? sessions.model;
  if (!writing.can_generate || !decoder || decoder.inputNames.some(name => /^past/.test(name))) return undefined;
  const prepare = writing.prepare_inputs_for_generation.bind(model);
  writing.prepare_inputs_for_generation = (ids, inputs, settings) =>
    prepare(
      ids,
      {
        ...inputs,
        // What a causal decoder reads; of an encoder-decoder it is made of the ids.
        ...(sessions.decoder_model_merged
          ? {}
          : { input_ids: new Tensor('int64', ids.flat(), [ids.length, ids[0].length]) }),
        past_key_values: undefined,
      },
      settings,
    );
  return decoder;
}
