import type { BlockPath } from '../run/blockPath';
import { angleOf, blockFormula, partName } from '../run/blockWords';
import { csv } from '../tables/csv';
import { float32Text } from './float32Text';
import { readable } from './attentionCsv';

/** The way of a token through the blocks, and what it is of. */
export interface BlockNumbers {
  readonly model: string;
  readonly text: string;
  readonly position: number;
  /** What the token reads. */
  readonly token: string;
  readonly path: BlockPath;
}

/** As CSV (RFC 4180): a row for each part of each block, with lengths, the cosine and the angle to the stream that it is added to. */
export function blockCsv({ path: { blocks } }: BlockNumbers): string {
  const header =
    'block,part,layer,length_before,length_added,length_after,cosine,degrees,side_by_side,says_next,probability';
  return csv([
    header.split(','),
    ...blocks.flatMap(({ parts, says }, block) =>
      parts.map((part, i) => {
        const last = i === parts.length - 1;
        return [
          block,
          partName(part.kind),
          part.layer ?? '',
          float32Text(part.before),
          float32Text(part.write),
          float32Text(part.after),
          float32Text(part.cosine),
          float32Text(angleOf(part)),
          part.parallel ? 'yes' : 'no',
          last && says ? readable(says.text) : '',
          last && says ? float32Text(says.probability) : '',
        ];
      }),
    ),
  ]);
}

/** All of it as JSON: vectors, heads, activations, neurons with the tokens that they move, similarity of places. */
export function blockJson({ path, ...about }: BlockNumbers): string {
  const written = { ...about, formula: blockFormula(path), ...path };
  return `${JSON.stringify(written, (_, value: unknown) => (value instanceof Float32Array ? Array.from(value, digits) : value))}\n`;
}

/** As many digits as a float32 has. */
function digits(value: number): number {
  return Number(value.toPrecision(8));
}
