import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LayerHeads } from '../../../../../core/attention/attentionMatrix';
import { textFacts, type TextFacts } from '../../../../../core/attention/textFacts';

const folder = path.resolve('test/fixtures/attention');

/** What GPT-2 small did with a sentence. */
export interface Gpt2Example {
  readonly text: string;
  readonly facts: TextFacts;
  readonly layers: readonly LayerHeads[];
}

/** GPT-2 small's attention as Transformer Explainer recorded it. */
export function gpt2Examples(): Gpt2Example[] {
  interface Recorded {
    file: string;
    tokens: string[];
    tokenIds: number[];
    shape: [number, number, number, number];
  }
  const { examples } = JSON.parse(readFileSync(path.join(folder, 'gpt2-small-attention', 'manifest.json'), 'utf8')) as {
    examples: Recorded[];
  };
  return examples.map(({ file, tokens, tokenIds, shape: [layers, heads, queries, keys] }) => {
    const data = floats(readFileSync(path.join(folder, 'gpt2-small-attention', file)));
    let at = 0;
    const placed = tokens.map((text, i) => ({
      id: tokenIds[i],
      text,
      start: at,
      end: (at += text.length),
      special: false,
    }));
    const text = tokens.join('');
    return {
      text,
      facts: textFacts(text, placed),
      layers: Array.from({ length: layers }, (_, layer) => ({
        layer,
        heads,
        queries,
        keys,
        causal: true,
        sameSequence: true,
        data: data.subarray(layer * heads * queries * keys, (layer + 1) * heads * queries * keys),
      })),
    };
  });
}

/** A tensor of gpt-nano-sort. */
export interface NanoTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** gpt-nano-sort: its weights by their PyTorch names, and what it computed by the names of minGPT. */
export function nanoSort(): { weights: Record<string, NanoTensor>; partials: Record<string, NanoTensor> } {
  return { weights: tensors('model.json'), partials: tensors('partials.json') };
}

function tensors(file: string): Record<string, NanoTensor> {
  const all = JSON.parse(readFileSync(path.join(folder, 'gpt-nano-sort', file), 'utf8')) as Record<
    string,
    { shape?: number[]; data: string }
  >;
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, { shape, data }]) =>
      shape ? [[name, { shape, data: floats(Buffer.from(data, 'base64')) }]] : [],
    ),
  );
}

function floats(bytes: Buffer): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
