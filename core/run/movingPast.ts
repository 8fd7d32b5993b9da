import type { Explanation } from './explanation';

/**
 * A sentence where a later token of a run's text changes what its causal model gave for earlier ones: its precision
 * quantizes activations by one scale over the whole text. Undefined where it does not.
 */
export function movingPast({ model, groups }: Pick<Explanation, 'model' | 'groups'>): string | undefined {
  return model.quantizesActivations && groups.some(({ causal }) => causal)
    ? `${model.id} in ${model.dtype} quantizes activations over the whole text, so an edit also moves the numbers of the tokens before it a little; q4f16, q4, fp16 or fp32 do not.`
    : undefined;
}
