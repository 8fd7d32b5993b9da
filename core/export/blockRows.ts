import type { BlockPath } from '../run/blockPath';
import { partName } from '../run/blockWords';

/** A vector of the chosen block, by its place in it. */
export interface BlockRow {
  readonly name: string;
  /** How it comes to the stream: `+` is added, `=` is the sum. */
  readonly sign: '' | '+' | '=';
  readonly vector: Float32Array;
  /** Which part of the block adds it, where it is what a part adds. */
  readonly part?: number;
}

/** The vectors of the chosen block from top to bottom, those of the embedding first where it is the first block. */
export function blockRows(path: BlockPath): readonly BlockRow[] {
  const { embedding, chosen, blocks, parts, postNorm } = path;
  const block = blocks[chosen];
  const rows: BlockRow[] = [];
  if (chosen === 0) {
    embedding.parts.forEach(({ kind, vector }, i) =>
      rows.push({ sign: i === 0 ? '' : '+', name: kind === 'input' ? 'input' : `${kind} embedding`, vector }),
    );
  }
  parts.forEach((part, i) => {
    const { kind, parallel, preNorm } = block.parts[i];
    if (i === 0 || (postNorm && !parallel)) {
      const name = i > 0 || isNormed(path) ? 'stream, normalized' : 'stream';
      rows.push({ sign: i === 0 ? sumSign(path) : '', name, vector: part.before });
    }
    if (preNorm) rows.push({ sign: '', name: `norm, for ${partName(kind)}`, vector: part.reads });
    rows.push({ sign: '+', name: `${partName(kind)} adds`, vector: part.write, part: i });
    // Parts side by side have one sum.
    if (!block.parts[i + 1]?.parallel) rows.push({ sign: '=', name: postNorm ? 'sum' : 'stream', vector: part.after });
  });
  return rows;
}

/** Whether what the chosen block reads first is a norm of what was added up before. */
export function isNormed({ chosen, postNorm, embedding }: BlockPath): boolean {
  return chosen > 0 ? postNorm : embedding.normed;
}

/** The sign of the stream before the chosen block: it is the sum of the embeddings, where those stand above it. */
export function sumSign({ chosen, embedding }: BlockPath): '' | '=' {
  return chosen === 0 && embedding.parts.length > 1 && !embedding.normed ? '=' : '';
}
