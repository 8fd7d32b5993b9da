import { Tensor } from '@huggingface/transformers';
import { typesOf } from './tokenTypes';

/** Tokens as a model reads them, all of them to be looked at, of two texts with their types: the same in each row of the batch. */
export function tokenInputs(ids: readonly number[], batch = 1): Record<string, Tensor> {
  const types = typesOf(ids);
  return {
    ...(types && { token_type_ids: int64(types, batch) }),
    input_ids: int64(ids, batch),
    attention_mask: int64(
      ids.map(() => 1),
      batch,
    ),
  };
}

/**
 * The same with what else a graph asks for that is run by its inputs' names: positions in their order, and for a decoder that
 * an export names though the encoder stands alone, the same tokens.
 */
export function inputsByName(ids: readonly number[], inputNames: readonly string[], batch = 1): Record<string, Tensor> {
  const asked: Readonly<Record<string, () => readonly number[]>> = {
    token_type_ids: () => typesOf(ids) ?? ids.map(() => 0),
    position_ids: () => ids.map((_, position) => position),
    decoder_input_ids: () => ids,
    decoder_attention_mask: () => ids.map(() => 1),
  };
  return {
    ...tokenInputs(ids, batch),
    ...Object.fromEntries(
      Object.entries(asked)
        .filter(([name]) => inputNames.includes(name))
        .map(([name, values]) => [name, int64(values(), batch)]),
    ),
  };
}

/** Token ids as a model takes them: [batch, length], the same in each row. */
export function int64(values: readonly number[], batch = 1): Tensor {
  return new Tensor('int64', BigInt64Array.from(Array.from({ length: batch }, () => values).flat(), BigInt), [
    batch,
    values.length,
  ]);
}
