import { agreementOf, readAs, type NeedRow } from '../cause/agreement';
import type { CutStep } from '../cause/cutSteps';
import { isByHead, type PatchMapName, type PatchStep } from '../cause/patchMaps';
import { partName } from '../cause/gatherParts';
import type { LogitAttribution, MovedByCut, PlaceRange } from '../run/cause';
import type { Effect } from '../run/explanation';
import type { PatchPair } from '../run/patch';
import { csv } from '../tables/csv';
import { visibleText } from '../text/visibleText';
import { readable } from './attentionCsv';
import type { RecordField } from './npy';
import type { PictureTable } from './pictureHtml';

/** A unit of the text and what a prediction needs of it. */
export interface NeededText extends NeedRow, PlaceRange {
  readonly text: string;
  /** How much the log-probability of what was held likeliest falls. */
  readonly falls: number;
}

/** What was found of where a prediction comes from, as far as it was asked for. */
export interface CauseFound {
  readonly position: number;
  /** Where: "after “item”". */
  readonly place: string;
  /** What the prediction needs, by token, word or line. */
  readonly needs?: {
    readonly unit: string;
    readonly rows: readonly NeededText[];
    /** Whether `bits` are how much a plain score falls. */
    readonly scores: boolean;
  };
  /** What was cut, in words, and what that did. */
  readonly cuts?: {
    readonly steps: readonly (CutStep & { readonly words: string })[];
    readonly effect?: Effect;
    readonly moved: readonly MovedByCut[];
  };
  /** What the logit of a token, less that of another, is made of. */
  readonly parts?: LogitAttribution & { readonly token: string; readonly minus?: string };
  /** What was patched between two runs. */
  readonly patch?: PatchFound;
}

/** What patches gave. */
export interface PatchFound extends Pick<PatchPair, 'direction' | 'noise'> {
  /** What the corrupted run is, in words. */
  readonly against: string;
  readonly metric: string;
  /** The metric of the clean and of the corrupted run. */
  readonly clean: number;
  readonly corrupted: number;
  readonly maps: readonly PatchedMap[];
  /** What was kept, with words. */
  readonly steps?: readonly (PatchStep & { readonly words: string })[];
}

/** A map of patches: [rows, columns], row-major, 0 as corrupted and 1 as clean; NaN where nothing is known. */
export interface PatchedMap {
  readonly id: PatchMapName;
  readonly name: string;
  /** Layers. */
  readonly rows: readonly string[];
  /** Tokens or heads. */
  readonly columns: readonly string[];
  readonly values: Float32Array;
}

/** As CSV (RFC 4180): a row a number, told by what it is of, as `part,name,first,last,layer,head,number,value`. */
export function causeCsv({ needs, cuts, parts, patch }: CauseFound): string {
  const rows: (string | number)[][] = [];
  for (const row of needs?.rows ?? []) {
    const numbers = { [needs?.scores ? 'score_falls' : 'cut_bits']: row.bits, log_p_falls: row.falls };
    for (const [name, value] of Object.entries({ ...numbers, raw: row.raw, value: row.value, rollout: row.rollout })) {
      if (value !== undefined) rows.push(['needs', readable(row.text), row.first, row.last, '', '', name, value]);
    }
  }
  if (needs) {
    for (const [name, value] of Object.entries(agreementOf(needs.rows))) {
      rows.push(['agreement', '', '', '', '', '', `rank_correlation_${name}`, value]);
    }
  }
  for (const { text, before, after } of cuts?.effect?.candidates ?? []) {
    rows.push(['cut', readable(text), '', '', '', '', 'before', before]);
    rows.push(['cut', readable(text), '', '', '', '', 'after', after]);
  }
  if (cuts?.effect) {
    rows.push(['cut', '', '', '', '', '', cuts.effect.scores ? 'score_falls' : 'bits', cuts.effect.divergence]);
  }
  for (const { layer, head, distance } of cuts?.moved ?? []) {
    rows.push(['moved', '', '', '', layer, head, 'jensen_shannon_bits', distance]);
  }
  for (const part of parts?.parts ?? []) {
    rows.push(['logit', partName(part), '', '', part.layer ?? '', part.head ?? '', 'value', part.value]);
  }
  if (parts) {
    rows.push(['logit', 'sum', '', '', '', '', 'value', parts.sum]);
    rows.push(['logit', 'logit', '', '', '', '', 'value', parts.logit]);
  }
  for (const { id, name, rows: layers, columns, values } of patch?.maps ?? []) {
    values.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      const column = i % columns.length;
      const isHead = isByHead(id);
      const layer = layers[Math.floor(i / columns.length)];
      const place = isHead ? '' : i % columns.length;
      rows.push([
        'patch',
        isHead ? name : `${name}: ${readable(columns[column])}`,
        place,
        place,
        layer,
        isHead ? column : '',
        'normalised',
        value,
      ]);
    });
  }
  for (const [name, value] of patch ? Object.entries({ clean: patch.clean, corrupted: patch.corrupted }) : []) {
    rows.push(['patch', patch?.metric ?? '', '', '', '', '', name, value]);
  }
  return csv([['part', 'name', 'first', 'last', 'layer', 'head', 'number', 'value'], ...rows]);
}

/** The same as JSON, with the steps as they can be pasted. */
export function causeJson(model: string, text: string, found: CauseFound): string {
  const { needs, patch } = found;
  const maps = patch?.maps.map(({ values, columns, ...map }) => ({
    ...map,
    columns,
    // What is not known is null.
    values: map.rows.map((_, row) => [...values.subarray(row * columns.length, (row + 1) * columns.length)]),
  }));
  const told = {
    ...found,
    ...(needs && { needs: { ...needs, agreement: agreementOf(needs.rows) } }),
    ...(patch && { patch: { ...patch, maps } }),
  };
  return `${JSON.stringify({ model, text, ...told }, undefined, 1)}\n`;
}

/**
 * The numbers as arrays by name, for one NPY record: of what the prediction needs one number a unit (`needs_first`, `needs_last`,
 * `needs_bits`, `needs_log_p_falls`, and `needs_raw`, `needs_value`, `needs_rollout` where they are known); of cuts
 * `cut_before`, `cut_after`, `cut_bits` and `moved` [heads, 3], layer, head, bits; of a logit `logit_parts` [parts, 3], layer,
 * head (−1 where there is none), value, and `logit`; of patches `patch_MAP` [layers, tokens or heads], NaN where unknown, and
 * `patch_ends`, the metric of the clean and of the corrupted run.
 */
export function causeArrays({ needs, cuts, parts, patch }: CauseFound): readonly RecordField[] {
  const fields: RecordField[] = [];
  const add = (name: string, numbers: readonly number[], shape: readonly number[] = [numbers.length]) => {
    fields.push({ name, shape, data: Float32Array.from(numbers) });
  };
  if (needs) {
    const columns = { first: 'first', last: 'last', bits: 'bits', log_p_falls: 'falls' } as const;
    for (const [name, of] of Object.entries(columns)) {
      add(
        `needs_${name}`,
        needs.rows.map(row => row[of]),
      );
    }
    for (const reading of ['raw', 'value', 'rollout'] as const) {
      if (needs.rows.some(row => row[reading] !== undefined)) {
        add(
          `needs_${reading}`,
          needs.rows.map(row => row[reading] ?? NaN),
        );
      }
    }
  }
  if (cuts?.effect) {
    add(
      'cut_before',
      cuts.effect.candidates.map(({ before }) => before),
    );
    add(
      'cut_after',
      cuts.effect.candidates.map(({ after }) => after),
    );
    add('cut_bits', [cuts.effect.divergence], []);
    add(
      'moved',
      cuts.moved.flatMap(({ layer, head, distance }) => [layer, head, distance]),
      [cuts.moved.length, 3],
    );
  }
  if (parts) {
    const rows = parts.parts.flatMap(({ layer = -1, head = -1, value }) => [layer, head, value]);
    add('logit_parts', rows, [parts.parts.length, 3]);
    add('logit', [parts.logit], []);
  }
  for (const { id, rows, columns, values } of patch?.maps ?? []) {
    fields.push({ name: `patch_${id}`, shape: [rows.length, columns.length], data: values });
  }
  if (patch) add('patch_ends', [patch.clean, patch.corrupted]);
  return fields;
}

/** The tables below the picture on a page. */
export function causeTables({ needs, cuts, parts, place, patch }: CauseFound): readonly PictureTable[] {
  const digits = (value: number | undefined) => (value === undefined ? '' : value.toPrecision(4));
  const tables: PictureTable[] = [];
  if (needs) {
    tables.push({
      caption: `What the prediction ${place} needs, by ${needs.unit}`,
      columns: ['tokens', 'text', needs.scores ? 'score falls' : 'cut, bits', 'log p falls', ...Object.values(readAs)],
      rows: needs.rows.map(({ first, last, text, bits, falls, raw, value, rollout }) => [
        first === last ? first : `${first}–${last}`,
        visibleText(text),
        ...[bits, falls, raw, value, rollout].map(digits),
      ]),
    });
    tables.push({
      caption: 'Agreement with the cuts, rank correlation',
      columns: ['', ''],
      rows: Object.entries(agreementOf(needs.rows)).map(([name, value]) => [
        readAs[name as keyof typeof readAs],
        value.toFixed(2),
      ]),
    });
  }
  if (cuts?.effect) {
    tables.push({
      caption: `Before and after: ${cuts.steps
        .filter(({ off }) => !off)
        .map(({ words }) => words)
        .join('; ')}`,
      columns: ['token', 'before', 'after'],
      rows: cuts.effect.candidates.map(({ text, before, after }) => [visibleText(text), digits(before), digits(after)]),
    });
    tables.push({
      caption: 'How far heads look elsewhere, bits',
      columns: ['head', 'bits'],
      rows: cuts.moved.map(({ layer, head, distance }) => [`${layer}.${head}`, digits(distance)]),
    });
  }
  if (parts) {
    tables.push({
      caption: `Parts of the logit of ${visibleText(parts.token)}${parts.minus === undefined ? '' : ` less that of ${visibleText(parts.minus)}`}`,
      columns: ['part', 'logit'],
      rows: [
        ...parts.parts.map(part => [partName(part), digits(part.value)]),
        ['sum', digits(parts.sum)],
        ['logit', digits(parts.logit)],
      ],
    });
  }
  for (const { name, rows, columns, values } of patch?.maps ?? []) {
    tables.push({
      caption: `Patched, ${name}: 0 as corrupted, 1 as clean, of the ${patch?.metric}`,
      columns: ['layer', ...columns.map(visibleText)],
      rows: rows.map((layer, row) => [
        layer,
        ...[...values.subarray(row * columns.length, (row + 1) * columns.length)].map(value =>
          Number.isNaN(value) ? '' : digits(value),
        ),
      ]),
    });
  }
  if (patch?.steps) {
    tables.push({
      caption: 'Patches that were kept',
      columns: ['patched', 'normalised'],
      rows: patch.steps.map(({ words, value }) => [words, digits(value)]),
    });
  }
  return tables;
}
