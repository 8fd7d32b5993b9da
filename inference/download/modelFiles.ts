import { ModelRegistry, type DataType } from '@huggingface/transformers';
import { externalDataNames } from '../../core/models/externalDataFormat';
import { readsSoundAlone } from '../../core/models/modelTask';
import { precisionOf } from '../../core/models/precisions';
import { decoderFile } from '../models/decoderFile';
import { readsAlsoTexts } from '../models/imageHalf';

/** Read where they are there, by transformers.js or by Headlight. */
const beside = [
  'tokenizer.json',
  'tokenizer_config.json',
  'vocab.json',
  'preprocessor_config.json',
  'processor_config.json',
  'generation_config.json',
  '1_Pooling/config.json',
  'chat_template.jinja',
  'chat_template.json',
];

/**
 * The files of a repository that a model in one precision consists of, as transformers.js's registry knows them, weights
 * outside the graph's file included.
 * @param config the repository's config.json.
 * @param listed the repository's files.
 * @returns undefined where a file of that precision is missing, weights that config.json names among them.
 */
export async function modelFiles(
  id: string,
  config: object,
  dtype: string,
  listed: readonly string[],
): Promise<string[] | undefined> {
  const there = new Set(listed);
  const filesOf = (named: object) =>
    ModelRegistry.get_model_files(id, { config: config as never, dtype: dtype as DataType, device: 'cpu', ...named });
  const whole = await filesOf(decoderFile(config, dtype, listed));
  // Of a model for images and texts the half for images alone, where the whole is not there.
  const known =
    readsAlsoTexts(config) && whole.some(file => file.endsWith('.onnx') && !there.has(file))
      ? await filesOf({ model_file_name: 'vision_model' })
      : whole;
  const graphs = known.filter(file => file.endsWith('.onnx'));
  if (graphs.length === 0 || graphs.some(file => !there.has(file))) return undefined;
  // Weights that config.json names belong to the model, whether or not the repository holds them.
  const named = graphs.flatMap(graph => {
    const name = graph.slice(graph.lastIndexOf('/') + 1);
    const folder = graph.slice(0, graph.length - name.length);
    return externalDataNames(config, name, precisionOf(name).base).map(data => folder + data);
  });
  if (named.some(file => !there.has(file))) return undefined;
  const weights = listed.filter(file =>
    graphs.some(graph => file.startsWith(`${graph}_data`) || file.startsWith(`${graph}.data`)),
  );
  return [...new Set(['config.json', ...known, ...weights, ...beside])].filter(
    file => there.has(file) && (file !== 'vocab.json' || readsSoundAlone(config as Record<string, unknown>)),
  );
}
