import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { precisionOf, type PrecisionName } from '../../core/models/precisions';
import type { ModelReference } from '../../core/protocol/modelReference';

/**
 * How much memory a byte of a model's files becomes once ONNX Runtime has opened it on the CPU (docs/performance.md): weights
 * in 4 bits are packed anew beside their scales, half precision becomes single.
 */
const bytesPerByte: Partial<Record<PrecisionName, number>> = { fp16: 2.1, q4: 2.3, q4f16: 2.3, bnb4: 2.3 };

/** How much a byte of tokenizer.json becomes: a table of the vocabulary in both directions, and the merges. */
const bytesPerTokenizerByte = 3;

/**
 * What a model will take in memory, about, by its files; 0 where there are none, which opening it tells better.
 * @returns bytes
 */
export async function expectedMemory({ folder, dtype, graph }: ModelReference): Promise<number> {
  const places = graph ? [path.dirname(path.join(folder, graph.file))] : [path.join(folder, 'onnx'), folder];
  for (const place of places) {
    const names = await readdir(place).catch((): string[] => []);
    const graphs = graph ? [path.basename(graph.file)] : graphsOf(names, dtype);
    if (graphs.length === 0) continue;
    const files = names.filter(name =>
      graphs.some(file => name === file || name.startsWith(`${file}_data`) || name.startsWith(`${file}.data`)),
    );
    const sizes = await Promise.all(files.map(async name => (await stat(path.join(place, name))).size));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    const tokenizer = graph ? undefined : await stat(path.join(folder, 'tokenizer.json')).catch(() => undefined);
    const weights = total * (bytesPerByte[graph ? precisionOf(graphs[0]).precision : (dtype as PrecisionName)] ?? 1.1);
    return weights + (tokenizer?.size ?? 0) * bytesPerTokenizerByte;
  }
  return 0;
}

/** The graphs of a precision that are opened together: a part that another holds too is none. */
export function graphsOf(names: readonly string[], dtype: string): string[] {
  const all = names
    .filter(name => name.endsWith('.onnx'))
    .map(name => ({ name, ...precisionOf(name) }))
    .filter(({ precision }) => precision === dtype);
  const has = (base: string) => all.some(file => file.base === base);
  const held = ({ base }: { base: string }) =>
    (has('model') && base !== 'model') ||
    (has('decoder_model_merged') && base === 'decoder_model') ||
    ((has('decoder_model_merged') || has('decoder_model')) && base === 'decoder_with_past_model');
  return all.filter(file => !held(file)).map(({ name }) => name);
}
