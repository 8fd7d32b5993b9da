import type { AttentionKind } from '../attention/attentionKind';
import type { CellRange } from '../attention/cellRange';
import { rangeOfFilter, sentenceFilters } from '../attention/sentenceFilter';
import { nestedNumbers } from './attentionJson';
import { type ExportedRun, type LayerWeights, tokensOfLayer } from './layerWeights';
import { withoutFirstName } from '../run/readingName';
import { tokenText } from '../text/tokenLabel';

const names: Readonly<Record<AttentionKind, string | null>> = {
  self: null,
  encoder: 'Encoder',
  decoder: 'Decoder',
  cross: 'Cross',
};

/** What {@link bertvizJson} writes, as `JSON.parse` gives it. */
export interface BertvizJson {
  /** One entry a kind, of a pair of texts five; `attn` is [layer][head][query][key], `left_text` are the queries' tokens, `right_text` the keys'. */
  readonly attention: readonly {
    readonly name: string | null;
    readonly attn: readonly (readonly (readonly (readonly (number | null)[])[])[])[];
    readonly left_text: readonly string[];
    readonly right_text: readonly string[];
  }[];
  /** The place in `attention` that is shown first, as text. */
  readonly default_filter: '0';
  /** The id of the HTML element that BertViz draws in. */
  readonly root_div_id: string;
  /** Of the head view: the layer and the heads (by their place in `attn`) that are chosen first; null: the first, all. */
  readonly layer: number | null;
  readonly heads: readonly number[] | null;
  /** The numbers of the layers and the heads in `attn`. */
  readonly include_layers: readonly number[];
  /** Of the model view. */
  readonly include_heads: readonly number[];
  readonly total_heads: number;
  readonly display_mode: 'light' | 'dark';
}

/** What BertViz shows first. */
export interface BertvizOptions {
  readonly layer?: number;
  readonly displayMode?: 'light' | 'dark';
}

/**
 * Attention in the form that BertViz (1.4.1, `head_view.py`, `model_view.py`) hands from Python to its pages: the `params`
 * of `head_view.js` and of `model_view.js`, both in one object, on one line, as it must be to take the place of the scripts'
 * `PYTHON_PARAMS`, one of which stands in a comment. In Python, a model with one stack:
 *
 *     import json, torch, bertviz; a = json.load(open('attention.json'))['attention'][0]
 *     bertviz.head_view([torch.tensor(layer)[None] for layer in a['attn']], a['left_text'])
 *
 * and an encoder-decoder (`model_view` takes the same arguments):
 *
 *     import json, torch, bertviz; e, d, c = json.load(open('attention.json'))['attention']; t = lambda x: [torch.tensor(layer)[None] for layer in x['attn']]
 *     bertviz.head_view(encoder_attention=t(e), decoder_attention=t(d), cross_attention=t(c), encoder_tokens=e['left_text'], decoder_tokens=d['left_text'])
 *
 * Of a pair of texts there is, as in BertViz (`sentence_b_start`), an entry for all and one for each of A → A, A → B, B → A and
 * B → B; the scripts above read the first.
 *
 * BertViz stacks layers, so all must have the same heads; of an encoder-decoder, the layers that all its kinds have are
 * written. Its head view needs seconds for 128 tokens, its model view minutes: for more, choose few heads.
 * @throws RangeError where the layers differ in their heads.
 */
export function* bertvizJson(
  run: ExportedRun,
  layers: readonly LayerWeights[],
  options: BertvizOptions = {},
): Generator<string> {
  const kinds = run.groups
    .map(({ kind }) => layers.filter(layer => layer.kind === kind).sort((a, b) => a.layer - b.layer))
    .filter(({ length }) => length > 0);
  if (kinds.length === 0) throw new RangeError('There is no attention to write.');
  const included = kinds[0]
    .map(({ layer }) => layer)
    .filter(number => kinds.every(kind => kind.some(({ layer }) => layer === number)));
  const heads = kinds[0][0].heads;
  if (layers.some(layer => layer.heads.join() !== heads.join())) {
    throw new RangeError('BertViz shows only layers with the same heads.');
  }
  yield '{"attention":[';
  let written = 0;
  for (const kind of kinds) {
    const shown = kind.filter(({ layer }) => included.includes(layer));
    const tokens = tokensOfLayer(run, kind[0]);
    const { pair } = run;
    const isPair = pair !== undefined && tokens.queries.tokens === run.tokens && tokens.keys.tokens === run.tokens;
    const whole = nameOf(kind[0].kind, kinds.length === 1, run);
    for (const filter of isPair ? [undefined, ...sentenceFilters] : [undefined]) {
      const range = filter && pair && rangeOfFilter(pair, run.tokens.length, filter);
      const sentences = filter && `Sentence ${filter[0]} -> Sentence ${filter[1]}`;
      const name = sentences ? (whole ? `${whole}: ${sentences}` : sentences) : isPair ? (whole ?? 'All') : whole;
      yield `${written++ === 0 ? '' : ','}{"name":${JSON.stringify(name)},"attn":[`;
      for (const [place, layer] of shown.entries()) {
        tokensOfLayer(run, layer);
        if (place > 0) yield ',';
        yield* nestedNumbers(range ? partOf(layer, range) : layer);
      }
      const [left, right] = [
        tokens.queries.tokens.slice(range?.firstQuery, range && range.lastQuery + 1),
        tokens.keys.tokens.slice(range?.firstKey, range && range.lastKey + 1),
      ].map((side, i) =>
        JSON.stringify(side.map(token => tokenText(token, i === 0 ? tokens.queries.text : tokens.keys.text))),
      );
      yield `],"left_text":${left},"right_text":${right}}`;
    }
  }
  const rest: Omit<BertvizJson, 'attention'> = {
    default_filter: '0',
    root_div_id: 'bertviz',
    layer: options.layer !== undefined && included.includes(options.layer) ? options.layer : null,
    heads: null,
    include_layers: included,
    include_heads: heads,
    total_heads: heads.length,
    display_mode: options.displayMode ?? 'light',
  };
  yield `],${JSON.stringify(rest).slice(1)}`;
}

/** The weights of a rectangle, with the same heads. */
function partOf(
  { kind, layer, heads, queries, keys, data }: LayerWeights,
  { firstQuery, lastQuery, firstKey, lastKey }: CellRange,
): LayerWeights {
  const [rows, columns] = [lastQuery - firstQuery + 1, lastKey - firstKey + 1];
  const part = new Float32Array(heads.length * rows * columns);
  for (let row = 0; row < heads.length * rows; row++) {
    const from = (Math.floor(row / rows) * queries + firstQuery + (row % rows)) * keys + firstKey;
    part.set(data.subarray(from, from + columns), row * columns);
  }
  return { kind, layer, heads, queries: rows, keys: columns, data: part };
}

/** What BertViz calls a kind, in its list of them; a reading is told before it. */
function nameOf(
  kind: AttentionKind,
  alone: boolean,
  { reading = 'raw', withoutFirst }: Pick<ExportedRun, 'reading' | 'withoutFirst'>,
): string | null {
  const how = { raw: [], value: ['Value-weighted'], rollout: ['Rollout'] }[reading];
  const words = [...how, ...(withoutFirst ? [how.length > 0 ? withoutFirstName : 'Without the first token'] : [])];
  const read = words.length > 0 ? words.join(', ') : undefined;
  const name = alone ? null : names[kind];
  return read && name ? `${read}: ${name}` : (read ?? name);
}
