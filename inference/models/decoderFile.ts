import { isEncoderAlone, modelTask, readsSoundAlone } from '../../core/models/modelTask';
import { precisionSuffixes, type PrecisionName } from '../../core/models/precisions';

/**
 * What transformers.js must be told to find a decoder's graph: nothing where it lies where it looks for it. A causal model's
 * `model.onnx` may be called `decoder_model_merged`, as in repositories made for transformers.js before version 3, or
 * `decoder_model`, which reads without a cache, as in those from before there were merged ones; so may an encoder-decoder's
 * `decoder_model_merged`.
 * @param files names of the folder's or repository's files; folders before them do not matter.
 */
export function decoderFile(
  config: object,
  dtype: string,
  files: readonly string[],
): { readonly model_file_name?: string } {
  const suffix = precisionSuffixes[dtype as PrecisionName] ?? '';
  const has = (base: string) => files.some(file => file.split('/').at(-1) === `${base}${suffix}.onnx`);
  const [usual, ...others] = decoderNames(config as Record<string, unknown>);
  const name = usual === undefined || has(usual) ? undefined : others.find(has);
  return name === undefined ? {} : { model_file_name: name };
}

/** What a decoder's file may be called; the first is what transformers.js looks for. */
function decoderNames(config: Record<string, unknown>): string[] {
  const merged = ['decoder_model_merged', 'decoder_model'];
  const task = modelTask(config);
  if (task === 'text-generation') return ['model', ...merged];
  const withEncoder =
    task === 'text2text-generation' ||
    task === 'image-to-text' ||
    (task === 'automatic-speech-recognition' && !readsSoundAlone(config));
  return withEncoder && !isEncoderAlone(config) ? merged : [];
}
