import { modelTask } from '../../core/models/modelTask';
import { precisionSuffixes, type PrecisionName } from '../../core/models/precisions';

/**
 * What transformers.js must be told to find a causal model's graph: nothing where it lies in `model.onnx`, else the name
 * `decoder_model_merged`, as in repositories made for transformers.js before version 3, or `decoder_model`, which reads without
 * a cache, as in those from before there were merged ones.
 * @param files names of the folder's or repository's files; folders before them do not matter.
 */
export function decoderFile(
  config: object,
  dtype: string,
  files: readonly string[],
): { readonly model_file_name?: string } {
  const suffix = precisionSuffixes[dtype as PrecisionName] ?? '';
  const has = (base: string) => files.some(file => file.split('/').at(-1) === `${base}${suffix}.onnx`);
  if (modelTask(config as Record<string, unknown>) !== 'text-generation' || has('model')) return {};
  const name = ['decoder_model_merged', 'decoder_model'].find(has);
  return name === undefined ? {} : { model_file_name: name };
}
