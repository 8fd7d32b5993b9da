import type { LogitLens } from '../run/explanation';
import { readable } from './attentionCsv';
import { csv } from '../tables/csv';
import { float32Text } from './float32Text';
import { lensRowName } from './logitLensSvg';

/** What a logit lens says, with the tokens that it says it after. */
export interface LensNumbers {
  readonly model: string;
  readonly text: string;
  /** What each position's token reads. */
  readonly tokens: readonly string[];
  readonly rows: LogitLens['rows'];
}

/** As CSV (RFC 4180): `layer,position,token,rank,predicted,predicted_id,probability`, a row a prediction, the likeliest of a place first. */
export function lensCsv({ tokens, rows }: LensNumbers): string {
  const lines = rows.flatMap((places, row) =>
    places.flatMap((predictions, position) =>
      predictions.map(({ id, text, probability }, rank) => [
        lensRowName(row),
        position,
        tokens[position] ?? '',
        rank + 1,
        readable(text),
        id,
        float32Text(probability),
      ]),
    ),
  );
  return csv([['layer', 'position', 'token', 'rank', 'predicted', 'predicted_id', 'probability'], ...lines]);
}

/** The same as JSON. */
export function lensJson({ model, text, tokens, rows }: LensNumbers): string {
  return `${JSON.stringify({ model, text, tokens, rows: rows.map((positions, row) => ({ layer: lensRowName(row), positions })) }, undefined, 1)}\n`;
}
