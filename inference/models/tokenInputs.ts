import { Tensor } from '@huggingface/transformers';

/** Tokens as a model reads them, all of them to be looked at: the same in each row of the batch. */
export function tokenInputs(ids: readonly number[], batch = 1): Record<string, Tensor> {
  return {
    input_ids: int64(ids, batch),
    attention_mask: int64(
      ids.map(() => 1),
      batch,
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
