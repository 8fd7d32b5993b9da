import { sentencesOfCell } from '../attention/sentenceFilter';
import { visibleText } from '../text/visibleText';
import { csvField } from '../tables/csv';
import { float32Text } from './float32Text';
import { type ExportedRun, type LayerSource, tokensOfLayer } from './layerWeights';
import { tokenLabel } from '../text/tokenLabel';
import type { Reading } from '../run/explanation';

/** What the column of numbers is called, so that it says how they are read. */
const numberColumns: Readonly<Record<Reading, string>> = {
  raw: 'weight',
  value: 'value_weighted',
  rollout: 'rollout',
};
const lineEnd = '\r\n';
const chunkLength = 1 << 16;

/** Which rows are written. */
export interface CsvOptions {
  /** Weights below it are left out; 0, the default, writes all. */
  readonly threshold?: number;
}

/**
 * Attention as CSV (RFC 4180, in UTF-8) in the long form: a header, then a row a weight,
 * `kind,layer,head,query,query_token,key,key_token,weight`, all counted from 0, in the order of the tensors. Weights are
 * the shortest decimals that give the same 32-bit float. Read otherwise, the last column is `value_weighted` or `rollout`; a
 * rollout has no column `head`, for it is of all the layer's heads. Without the first token, its name ends in
 * `_without_first`. Of a pair of texts, `query_text` and `key_text` before it say whether a token is of A or of B.
 *
 * A token is written as it reads, line breaks, commas and quotes inside quotes; control characters that readers choke on
 * as they are labelled (`␀`), a part of a character as "1/4 of 😀"; one that a spreadsheet would take for a formula begins
 * with an apostrophe ({@link csvField}).
 * @returns Pieces of about 64 KiB, to be written one after the other.
 */
export async function* attentionCsv(
  run: ExportedRun,
  layers: LayerSource,
  { threshold = 0 }: CsvOptions = {},
): AsyncGenerator<string> {
  const { reading = 'raw', withoutFirst, pair } = run;
  const rolled = reading === 'rollout';
  const places = ['kind', 'layer', ...(rolled ? [] : ['head']), 'query', 'query_token', 'key', 'key_token'];
  if (pair) places.push('query_text', 'key_text');
  let chunk = [...places, numberColumns[reading] + (withoutFirst ? '_without_first' : '')].join(',') + lineEnd;
  for await (const layer of layers) {
    const { queries, keys } = tokensOfLayer(run, layer);
    const queryFields = queries.tokens.map((token, i) => `${i},${csvField(readableToken(token, queries.text))}`);
    const keyFields = keys.tokens.map((token, i) => `${i},${csvField(readableToken(token, keys.text))}`);
    // A pair's columns come behind those that every file has.
    const textsOf =
      pair && queries.tokens === run.tokens && keys.tokens === run.tokens
        ? (query: number, key: number) => `,${sentencesOfCell(pair, query, key).join()}`
        : () => (pair ? ',,' : '');
    let at = 0;
    for (const head of layer.heads) {
      for (const [i, query] of queryFields.entries()) {
        const start = `${layer.kind},${layer.layer},${rolled ? '' : `${head},`}${query},`;
        for (const [j, key] of keyFields.entries()) {
          const weight = layer.data[at++];
          if (weight < threshold) continue;
          chunk += `${start}${key}${textsOf(i, j)},${float32Text(weight)}${lineEnd}`;
        }
        if (chunk.length >= chunkLength) {
          yield chunk;
          chunk = '';
        }
      }
    }
  }
  if (chunk !== '') yield chunk;
}

/** A token as it reads, without control characters, or a part of a character as its label. */
export function readableToken(token: ExportedRun['tokens'][number], text: string): string {
  return token.part ? tokenLabel(token, text) : readable(token.text);
}

/** A text whose control characters are labelled. */
export function readable(text: string): string {
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\p{Cs}]/gu, visibleText);
}
