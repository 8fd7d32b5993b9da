import type { AttentionKind } from '../../core/attention/attentionKind';
import { causeCsv, causeJson, causeTables } from '../../core/export/causeNumbers';
import { causeSvg } from '../../core/export/causeSvg';
import { costCsv, costJson, costTables } from '../../core/export/costNumbers';
import { costSvg } from '../../core/export/costSvg';
import type { HeadMechanisms } from '../../core/attention/mechanisms/compareMechanisms';
import type { AlignedPlace } from '../../core/attention/compare/alignSequences';
import { compareHeads } from '../../core/attention/compare/compareHeads';
import type { HeadGroups } from '../../core/attention/compare/headGroups';
import { lackingPlaces } from '../../core/attention/compare/lackingPlaces';
import type { RunMatch } from '../../core/attention/compare/runMatch';
import { formatWeight } from '../../core/attention/formatWeight';
import { rangeOfFilter, withinFilter, type SentenceFilter } from '../../core/attention/sentenceFilter';
import { headName } from '../../core/attention/headName';
import { readableToken } from '../../core/export/attentionCsv';
import {
  type ComparisonNumbers,
  comparisonCsv,
  comparisonJson,
  distancesCsv,
} from '../../core/export/comparisonNumbers';
import { comparisonSvg, type ComparisonPicture } from '../../core/export/comparisonSvg';
import { mechanismsCsv, mechanismsJson } from '../../core/export/mechanismsNumbers';
import { mechanismsSvg } from '../../core/export/mechanismsSvg';
import { blockCsv, blockJson } from '../../core/export/blockNumbers';
import { blockRows } from '../../core/export/blockRows';
import { blockSvg, lengthText } from '../../core/export/blockSvg';
import { heatScaleOf } from '../../core/export/heatScaleOf';
import { lensCsv, lensJson, type LensNumbers } from '../../core/export/lensNumbers';
import { linesSvg } from '../../core/export/linesSvg';
import { lensRowName, logitLensSvg } from '../../core/export/logitLensSvg';
import { matrixSvg } from '../../core/export/matrixSvg';
import { pictureHtml } from '../../core/export/pictureHtml';
import type { TitledRun } from '../../core/export/layerWeights';
import type { PictureLook } from '../../core/export/pictureLook';
import type { BlockView, CauseView, CostView, MechanismsView, partFormats, RunView } from '../../core/export/runPart';
import type { QueryKeyLabels } from '../../core/export/svgLabels';
import { tokenLabel } from '../../core/text/tokenLabel';
import type { HeadAddress, HeadReading, LogitLens, Prediction, SequenceName } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { BlockPath } from '../../core/run/blockPath';
import { angleText, cosineText, partName } from '../../core/run/blockWords';
import { visibleText } from '../../core/text/visibleText';
import type { TextPair } from '../../core/text/textPair';
import { InferenceFault } from '../models/inferenceFault';
import type { HeadWeights } from '../runs/runAttention';

/** What a view can be drawn or written as; which of them, says `partFormats`. */
export type ViewFormat = Exclude<(typeof partFormats)[RunView['kind']][number], 'npy'>;

/** How to get at what is shown of a run. */
export interface ViewedRun {
  readonly about: TitledRun;
  head(head: HeadReading): Promise<HeadWeights>;
  groups(kind: AttentionKind): Promise<HeadGroups>;
  logitLens(first: number, count: number): Promise<LogitLens>;
  mechanisms(view: MechanismsView): Promise<HeadMechanisms>;
  block(view: BlockView): Promise<BlockPath>;
}

/** The run that it is compared with. */
export interface ViewedPartner {
  readonly about: TitledRun;
  head(head: HeadReading): Promise<HeadWeights>;
  match(kind: AttentionKind): Promise<RunMatch>;
}

type Compared = Extract<RunView, { kind: 'heads' | 'runs' }>;

/** So many positions are in the picture of a logit lens at most; its numbers have them all. */
const mostPositions = 512;
/** So many positions are read at once. */
const portion = 64;
/** A table of a page has no more rows: the CSV has them all. */
const mostRows = 2000;

/**
 * What a panel shows as the content of a file.
 * @throws {InferenceFault} where there is nothing to draw, or the format does not hold it.
 */
export async function exportView(
  format: ViewFormat,
  view: RunView,
  look: PictureLook,
  run: ViewedRun,
  partner?: ViewedPartner,
): Promise<string> {
  switch (view.kind) {
    case 'matrix':
      return drawMatrix(view, look, run);
    case 'lines':
      return drawLines(view, look, run);
    case 'logitLens':
      return exportLens(format, view.query, look, run);
    case 'mechanisms':
      return exportMechanisms(format, view, look, run);
    case 'cost':
      return exportCost(format, view, look, run);
    case 'block':
      return exportBlock(format, view, look, run);
    case 'cause':
      return exportCause(format, view, look, run);
    default:
      return exportComparison(format, view, look, run, partner);
  }
}

async function drawMatrix(
  { head, title, sentences }: Extract<RunView, { kind: 'matrix' }>,
  { colors, heat }: PictureLook,
  run: ViewedRun,
): Promise<string> {
  const { causal, queryLabels, keyLabels, pair } = axesOf(run.about, head.kind);
  return matrixSvg({
    pair,
    only: pair && sentences && rangeOfFilter(pair, run.about.tokens.length, sentences),
    title,
    source: sourceOf(run.about),
    queryLabels,
    keyLabels,
    causal,
    colors,
    scale: heatScaleOf(heat),
    ...filtered(run.about, await run.head(head), sentences),
  });
}

async function drawLines(
  { heads, title, threshold, sentences }: Extract<RunView, { kind: 'lines' }>,
  { colors, pens }: PictureLook,
  run: ViewedRun,
): Promise<string> {
  const { queryLabels, keyLabels, pair } = axesOf(run.about, heads[0].kind);
  const lines = [];
  for (const [i, head] of heads.entries()) {
    lines.push({
      name: headName(head),
      color: pens[i],
      data: filtered(run.about, await run.head(head), sentences).data,
    });
  }
  const source = sourceOf(run.about);
  return linesSvg({ title, source, queryLabels, keyLabels, heads: lines, threshold, pair, colors });
}

/** Of a pair of texts the attention from one to one of them alone, as the panel shows it. */
function filtered<Head extends HeadWeights>(
  { pair, tokens }: Pick<TitledRun, 'pair' | 'tokens'>,
  head: Head,
  sentences: SentenceFilter | undefined,
): Head {
  if (!pair || !sentences) return head;
  return { ...head, data: withinFilter(head.data, head.keys, rangeOfFilter(pair, tokens.length, sentences)) };
}

async function exportLens(
  format: ViewFormat,
  query: number,
  { colors, heat }: PictureLook,
  run: ViewedRun,
): Promise<string> {
  const { model, text, tokens, title } = run.about;
  const all = tokens.length;
  const drawn = format === 'svg' || format === 'html';
  const first = drawn ? Math.max(0, Math.min(all - mostPositions, query - mostPositions / 2)) : 0;
  const count = drawn ? Math.min(mostPositions, all) : all;
  const rows: Prediction[][][] = [];
  for (let from = first; from < first + count; from += portion) {
    const part = await run.logitLens(from, Math.min(portion, first + count - from));
    if (part.missing) throw new InferenceFault(InferenceErrorCode.model, part.missing);
    part.rows.forEach((positions, row) => (rows[row] ??= []).push(...(positions as Prediction[][])));
  }
  const numbers: LensNumbers = { model: model.id, text, tokens: tokens.map(token => readableToken(token, text)), rows };
  if (format === 'csv') return lensCsv(numbers);
  if (format === 'json') return lensJson(numbers);
  const labels = tokens.slice(first, first + count).map(token => tokenLabel(token, text));
  const note = count < all ? `Tokens ${first} to ${first + count - 1} of ${all}.` : undefined;
  const heading = `Logit lens: what each layer would say next, were it the last`;
  const svg = logitLensSvg(
    { title: heading, source: sourceOf(run.about), labels, first, rows, note },
    colors,
    heat.colors,
  );
  if (format === 'svg') return svg;
  const said = (predictions: readonly Prediction[]) =>
    predictions.map(one => `${visibleText(one.text)} ${formatWeight(one.probability)}`).join('  ');
  return pictureHtml({
    title: `Logit lens of ${model.id} · ${title}`,
    svg,
    tables: [
      {
        caption: 'The likeliest tokens and their probabilities',
        columns: ['after', '', ...rows.map((_, row) => lensRowName(row))],
        rows: labels.map((label, i) => [first + i, label, ...rows.map(positions => said(positions[i]))]),
      },
    ],
  });
}

async function exportMechanisms(
  format: ViewFormat,
  view: MechanismsView,
  { colors, heat }: PictureLook,
  run: ViewedRun,
): Promise<string> {
  const { about } = run;
  const { head, query, temperature, putBack = [] } = view;
  const { keyTokens, queryLabels } = axesOf(about, head.kind);
  const answer = await run.mechanisms(view);
  if (format === 'svg') {
    return mechanismsSvg(
      {
        title: `${headName(head)} by many mechanisms`,
        source: sourceOf(about),
        answer,
        token: `${query} “${queryLabels[query]}”`,
        query,
        temperature,
        putBack,
      },
      heatScaleOf(heat),
      colors,
    );
  }
  const numbers = { model: about.model.id, text: about.text, head, query, temperature, keyTokens, answer, putBack };
  return format === 'csv' ? mechanismsCsv(numbers) : mechanismsJson(numbers);
}

function exportCost(format: ViewFormat, view: CostView, look: PictureLook, { about }: ViewedRun): string {
  const { measured } = view;
  if (format === 'csv') return costCsv(measured);
  if (format === 'json') return costJson(about.model.id, measured);
  const title = 'What a pass costs over the length of the text';
  const svg = costSvg({ title, source: sourceOf(about) }, measured, view, look);
  if (format === 'svg') return svg;
  return pictureHtml({ title: `${title} · ${about.model.id}`, svg, tables: costTables(measured, view.now) });
}

function exportCause(format: ViewFormat, { found }: CauseView, look: PictureLook, { about }: ViewedRun): string {
  if (format === 'csv') return causeCsv(found);
  if (format === 'json') return causeJson(about.model.id, about.text, found);
  const title = `Cause: what the prediction ${found.place} needs`;
  const svg = causeSvg({ title, source: sourceOf(about) }, found, look);
  if (format === 'svg') return svg;
  return pictureHtml({ title: `${title} · ${about.model.id} · ${about.title}`, svg, tables: causeTables(found) });
}

async function exportBlock(
  format: ViewFormat,
  view: BlockView,
  { colors, heat, negative, pens }: PictureLook,
  run: ViewedRun,
): Promise<string> {
  const { about } = run;
  const { attention, query } = view;
  const path = await run.block(view);
  if (path.missing) throw new InferenceFault(InferenceErrorCode.model, path.missing);
  const { queryLabels } = axesOf(about, attention);
  const numbers = { model: about.model.id, text: about.text, position: query, token: queryLabels[query], path };
  if (format === 'csv') return blockCsv(numbers);
  if (format === 'json') return blockJson(numbers);
  const title = `Block ${path.chosen}: what each part adds at token ${query} “${queryLabels[query]}”`;
  const svg = await blockSvg({
    title,
    source: sourceOf(about),
    path,
    colors,
    positive: heat.colors[heat.colors.length - 1],
    negative,
    pens,
  });
  if (format === 'svg') return svg;
  const neurons = path.parts.flatMap(({ feedForward }) => feedForward?.neurons ?? []);
  const moved = (tokens: (typeof neurons)[number]['raises']) =>
    tokens.map(({ text, change }) => `${visibleText(text)} ${change.toFixed(2)}`).join('  ');
  const rows = blockRows(path);
  return pictureHtml({
    title: `${title} · ${about.model.id} · ${about.title}`,
    svg,
    tables: [
      {
        caption: 'What each part adds',
        columns: ['block', 'part', 'length before', 'length added', 'length after', 'cosine', 'angle'],
        rows: path.blocks.flatMap(({ parts }, block) =>
          parts.map(part => [
            block,
            partName(part.kind),
            lengthText(part.before),
            lengthText(part.write),
            lengthText(part.after),
            cosineText(part),
            angleText(part),
          ]),
        ),
      },
      {
        caption: 'Heads',
        columns: ['attention', 'head', 'length', 'angle'],
        rows: path.parts.flatMap((part, i) =>
          (part.heads ?? []).map(head => [
            partName(path.blocks[path.chosen].parts[i].kind),
            head.head,
            lengthText(head.write),
            angleText(head),
          ]),
        ),
      },
      {
        caption: 'Strongest neurons',
        columns: ['neuron', 'activation', 'length added', 'angle', 'raises', 'lowers'],
        rows: neurons.map(neuron => [
          neuron.neuron,
          neuron.activation.toFixed(3),
          lengthText(neuron.write),
          angleText(neuron),
          moved(neuron.raises),
          moved(neuron.lowers),
        ]),
      },
      {
        caption: 'Vectors',
        columns: ['', ...rows.map(({ name }) => name)],
        rows: Array.from({ length: Math.min(mostRows, path.size) }, (_, i) => [
          i,
          ...rows.map(({ vector }) => vector[i].toPrecision(4)),
        ]),
      },
    ],
  });
}

async function exportComparison(
  format: ViewFormat,
  view: Compared,
  look: PictureLook,
  run: ViewedRun,
  partner?: ViewedPartner,
): Promise<string> {
  const { numbers, picture } = await compared(view, run, partner);
  switch (format) {
    case 'csv':
      return comparisonCsv(numbers);
    case 'json':
      return comparisonJson(numbers);
    case 'distances':
      return distancesCsv(numbers);
    case 'svg':
      return comparisonSvg(picture, look);
    case 'html':
      return pictureHtml({
        title: `${picture.title} · ${picture.source}`,
        svg: await comparisonSvg(picture, look),
        tables: tablesOf(numbers),
      });
  }
}

/** Two heads on common axes: their numbers, and the picture of them. */
async function compared(
  view: Compared,
  run: ViewedRun,
  partner?: ViewedPartner,
): Promise<{ numbers: ComparisonNumbers; picture: ComparisonPicture }> {
  const { one, other } = view;
  const labels = view.kind === 'heads' ? view.labels : undefined;
  if (view.kind === 'runs' && !partner) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      'The run is not compared with another any more; choose one to compare it with.',
    );
  }
  const second = view.kind === 'runs' && partner ? partner : run;
  const match = view.kind === 'runs' ? await partner?.match(one.kind) : undefined;
  const [axes, otherAxes] = [axesOf(run.about, one.kind), axesOf(second.about, other.kind)];
  const [left, right] = [await run.head(one), await second.head(other)];
  const same = (length: number): AlignedPlace[] => Array.from({ length }, (_, i) => ({ one: i, other: i }));
  const [queries, keys] = match ? [match.queries, match.keys] : [same(left.queries), same(left.keys)];
  const shaped = (matrix: HeadWeights, { causal, sameSequence }: typeof axes) => ({ ...matrix, causal, sameSequence });
  const comparison = compareHeads(shaped(left, axes), shaped(right, otherAxes), queries, keys);
  const groups = match ? undefined : await run.groups(one.kind);
  const along = (places: readonly AlignedPlace[], of: (axes: Axes) => readonly string[]) =>
    places.map(
      ({ one: first, other: index }) => (first === undefined ? of(otherAxes)[index ?? 0] : of(axes)[first]) ?? '',
    );
  const missing = (side: 'one' | 'other') => ({
    queries: lackingPlaces(queries, side),
    keys: lackingPlaces(keys, side),
  });
  const about = ({ about: { model, text } }: { about: TitledRun }, head: HeadAddress) => ({
    model: model.id,
    dtype: model.dtype,
    text,
    head,
  });
  return {
    numbers: {
      one: about(run, one),
      other: about(second, other),
      queries,
      keys,
      comparison,
      groups,
      matches: match?.matches,
      queryTokens: along(queries, ({ queryTokens }) => queryTokens),
      keyTokens: along(keys, ({ keyTokens }) => keyTokens),
    },
    picture: {
      title: `${headName(one)} and ${match ? headName(other) : headName(other).replace(/^Head/, 'head')} compared`,
      source: match ? `first: ${sourceOf(run.about)} · second: ${sourceOf(second.about)}` : sourceOf(run.about),
      one: {
        name: headName(one),
        note: match ? `first: ${run.about.model.id} · ${run.about.model.dtype}` : (labels?.[0] ?? ''),
        causal: axes.causal,
        missing: missing('one'),
      },
      other: {
        name: headName(other),
        note: match ? `second: ${second.about.model.id} · ${second.about.model.dtype}` : (labels?.[1] ?? ''),
        causal: otherAxes.causal,
        missing: missing('other'),
      },
      difference: match ? 'first − second' : `${one.layer}.${one.head} − ${other.layer}.${other.head}`,
      queryLabels: along(queries, ({ queryLabels }) => queryLabels),
      keyLabels: along(keys, ({ keyLabels }) => keyLabels),
      comparison,
      heads:
        view.kind === 'heads' && groups
          ? { groups, picture: view.picture, chosen: [one, other], selected: view.selected }
          : undefined,
    },
  };
}

function tablesOf({ queries, queryTokens, comparison: { byRow }, groups, matches }: ComparisonNumbers) {
  const name = ({ layer, head }: { readonly layer: number; readonly head: number }) => `${layer}.${head}`;
  return [
    {
      caption: 'Distance of each query, bits',
      columns: ['query', 'token', 'bits'],
      rows: queries
        .slice(0, mostRows)
        .map((_, i) => [i, visibleText(queryTokens[i]), Number.isNaN(byRow[i]) ? '—' : formatWeight(byRow[i])]),
    },
    ...(groups
      ? [
          {
            caption: 'Jensen-Shannon distance of all heads, bits',
            columns: ['head', ...groups.heads.map(name)],
            rows: groups.heads.map((head, i) => [
              name(head),
              ...groups.heads.map((_, j) => formatWeight(groups.data[i * groups.heads.length + j])),
            ]),
          },
        ]
      : []),
    ...(matches
      ? [
          {
            caption: 'Heads matched by distance over the tokens that both have, bits',
            columns: ['first', 'second', 'bits'],
            rows: matches.pairs.map(({ one, other, distance }) => [name(one), name(other), formatWeight(distance)]),
          },
        ]
      : []),
  ];
}

interface Axes extends QueryKeyLabels {
  readonly causal: boolean;
  readonly sameSequence: boolean;
  /** Where both axes are two texts. */
  readonly pair?: TextPair;
  readonly queryTokens: readonly string[];
  readonly keyTokens: readonly string[];
}

/** What the axes of a kind of attention are called: as labels, and as the tokens read. */
function axesOf(run: TitledRun, kind: AttentionKind): Axes {
  const group = run.groups.find(candidate => candidate.kind === kind);
  if (!group) throw new InferenceFault(InferenceErrorCode.run, `This run has no ${kind} attention.`);
  const named = (sequence: SequenceName, word: typeof tokenLabel) => {
    const { tokens, text } = sequence === 'output' && run.output ? run.output : run;
    return tokens.map(token => word(token, text));
  };
  const { causal, queries, keys } = group;
  return {
    causal,
    sameSequence: queries === keys,
    pair: queries === 'input' && keys === 'input' ? run.pair : undefined,
    queryLabels: named(queries, tokenLabel),
    keyLabels: named(keys, tokenLabel),
    queryTokens: named(queries, readableToken),
    keyTokens: named(keys, readableToken),
  };
}

/** "tiny-code-gpt, int8 · sample.ts, lines 1–4". */
function sourceOf({ model, title }: TitledRun): string {
  return `${model.id}, ${model.dtype} · ${title}`;
}
