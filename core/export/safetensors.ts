import { float32Bytes } from './float32Bytes';
import type { ExportedRun } from './layerWeights';
import { sentenceOfToken } from '../text/textPair';
import { tokenText } from '../text/tokenLabel';

const encoder = new TextEncoder();

/** One tensor of a file. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Its numbers in C order, asked for once, when its turn comes. */
  readonly data: () => Float32Array | Promise<Float32Array>;
}

/**
 * A safetensors file (huggingface/safetensors, "Format": 8 bytes with the header's length, the header as JSON padded with
 * spaces to a multiple of 8, then the numbers without gaps) of 32-bit floats, as pieces to be written one after the other.
 * `safetensors.numpy.load_file(file)` reads it; the metadata come with `safe_open(file, 'np').metadata()`.
 * @throws RangeError where two tensors have the same name, or a tensor has more or fewer numbers than its shape.
 */
export async function* safetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): AsyncGenerator<Uint8Array> {
  yield safetensorsHeader(tensors, metadata);
  for (const { name, shape, data } of tensors) {
    const numbers = await data();
    if (numbers.length !== sizeOf(shape)) {
      throw new RangeError(`${name} holds ${numbers.length} numbers, its shape is ${shape.join(' × ')}.`);
    }
    yield float32Bytes(numbers);
  }
}

/** A run for a safetensors file's metadata, which are texts by name: the model, and as JSON the texts and their tokens. */
export function runMetadata({
  model,
  reading = 'raw',
  withoutFirst,
  text,
  tokens,
  pair,
  output,
  groups,
}: ExportedRun): Record<string, string> {
  return {
    format: 'headlight-attention',
    model: model.id,
    dtype: model.dtype,
    reading,
    ...(withoutFirst && { without_first: 'true' }),
    text,
    tokens: JSON.stringify(tokens.map(token => tokenText(token, text))),
    ...(pair && { texts: JSON.stringify(tokens.map((_, i) => sentenceOfToken(pair, i))) }),
    ...(output && {
      output_text: output.text,
      output_tokens: JSON.stringify(output.tokens.map(token => tokenText(token, output.text))),
    }),
    groups: JSON.stringify(groups.map(({ kind, causal, queries, keys }) => ({ kind, causal, queries, keys }))),
  };
}

/**
 * The beginning of a safetensors file; the numbers of the tensors follow it, one after the other.
 * @throws RangeError where two tensors have the same name.
 */
export function safetensorsHeader(
  tensors: readonly Pick<NamedTensor, 'name' | 'shape'>[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', wellFormed(metadata)]] : [];
  let offset = 0;
  for (const { name, shape } of tensors) {
    if (name === '__metadata__' || entries.some(([other]) => other === name)) {
      throw new RangeError(`There are two tensors named ${name}.`);
    }
    const end = offset + sizeOf(shape) * 4;
    entries.push([name, { dtype: 'F32', shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const json = encoder.encode(
    `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`,
  );
  const length = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20, 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  return bytes;
}

/** JSON writes a lone surrogate as an escape, which the library that reads the header refuses. */
function wellFormed(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, text.replace(/\p{Cs}/gu, '\ufffd')]));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
