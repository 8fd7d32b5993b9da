import type { PatchCell, PatchMetric, PatchPair, PatchPart } from '../run/patch';
import type { LayerHeads } from './cutSteps';

/**
 * What a map of patches is of: by layer and token the residual stream, what attention gives (all heads of a layer together) and
 * what feed-forward parts add; by layer and head the heads' results and their patterns.
 */
export type PatchMapName = 'residual' | 'attentionOut' | 'feedForward' | 'head' | 'pattern';

/** What the maps are called, and the part that they patch. */
export const patchMaps: Readonly<Record<PatchMapName, { readonly label: string; readonly part: PatchPart }>> = {
  residual: { label: 'residual', part: 'residual' },
  attentionOut: { label: 'attention', part: 'head' },
  feedForward: { label: 'feed-forward', part: 'feedForward' },
  head: { label: 'results', part: 'head' },
  pattern: { label: 'patterns', part: 'attention' },
};

/** Whether a map's columns are heads; else they are tokens. */
export function isByHead(name: PatchMapName): boolean {
  return name === 'head' || name === 'pattern';
}

/** A map of patches: what is patched in each of its cells. */
export interface PatchGrid {
  readonly name: PatchMapName;
  /** Layers, the first below; of the residual stream what the final norm reads last. */
  readonly rows: readonly { readonly layer: number; readonly label: string }[];
  /** How many columns there are: tokens of the clean run, or heads. */
  readonly columns: number;
  /** What is patched, row-major; empty where nothing can be: a token that only one run has, a head that the layer has not. */
  readonly cells: readonly (readonly PatchCell[])[];
}

/**
 * The cells of a map.
 * @param aligned for each token of the clean run whether the other has it, too.
 * @param place of the maps by head: the one token that is patched; absent: all.
 */
export function patchGrid(
  name: PatchMapName,
  layers: LayerHeads,
  aligned: readonly boolean[],
  place?: number,
): PatchGrid {
  const { part } = patchMaps[name];
  const rows = layers.map(({ layer }) => ({ layer, label: String(layer) }));
  if (name === 'residual' && layers.length > 0) {
    rows.push({ layer: layers[layers.length - 1].layer + 1, label: 'norm' });
  }
  if (isByHead(name)) {
    const columns = Math.max(0, ...layers.map(({ heads }) => heads));
    const cells = layers.flatMap(({ layer, heads }) =>
      Array.from({ length: columns }, (_, head): readonly PatchCell[] =>
        head < heads ? [{ part, layer, head, ...(place !== undefined && { place }) }] : [],
      ),
    );
    return { name, rows, columns, cells };
  }
  const headsOf = (layer: number) => layers.find(one => one.layer === layer)?.heads ?? 0;
  const cells = rows.flatMap(({ layer }) =>
    aligned.map((isShared, at): readonly PatchCell[] => {
      if (!isShared) return [];
      if (name !== 'attentionOut') return [{ part, layer, place: at }];
      return Array.from({ length: headsOf(layer) }, (_, head) => ({ part, layer, head, place: at }));
    }),
  );
  return { name, rows, columns: aligned.length, cells };
}

/** (patched − corrupted) / (clean − corrupted): 0 as corrupted, 1 as clean. */
export function normalised(patched: number, { clean, corrupted }: { clean: number; corrupted: number }): number {
  return (patched - corrupted) / (clean - corrupted);
}

/** Whether clean and corrupted run differ too little for a part of the difference to say anything: by less than 0.01 of the metric. */
export function hardlyDiffer({ clean, corrupted }: { readonly clean: number; readonly corrupted: number }): boolean {
  return !(Math.abs(clean - corrupted) >= 0.01);
}

/** How far a patch moves the run that it is put into: a normalised value less what it is unpatched. */
export function movedBy(value: number, direction: PatchPair['direction']): number {
  return direction === 'denoise' ? value : value - 1;
}

/** A cell of a map that is known. */
export interface RankedCell {
  readonly cell: number;
  readonly value: number;
}

/** The cells that are known, those that move the run most first. @param values normalised, row-major; NaN where unknown. */
export function rankCells(values: Float32Array, direction: PatchPair['direction']): RankedCell[] {
  const known = [...values].flatMap((value, cell) => (Number.isFinite(value) ? [{ cell, value }] : []));
  const size = ({ value }: RankedCell) => Math.abs(movedBy(value, direction));
  return known.sort((a, b) => size(b) - size(a) || a.cell - b.cell);
}

/** What is patched in words: "head 1.1 at “ to”", "residual stream 2 at “ Mary”", "pattern 0.3". @param nameOf what a token is called. */
export function patchWords(cells: readonly PatchCell[], layers: LayerHeads, nameOf: (place: number) => string): string {
  const last = layers[layers.length - 1]?.layer ?? 0;
  const where = ({ place }: PatchCell) => (place === undefined ? '' : ` at ${nameOf(place)}`);
  const groups = new Map<string, PatchCell[]>();
  for (const cell of cells) {
    const key = `${cell.part} ${cell.layer} ${cell.place ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return [...groups.values()]
    .flatMap(group => {
      const [first] = group;
      const heads = layers.find(({ layer }) => layer === first.layer)?.heads;
      if (first.part === 'residual') {
        return [`${first.layer > last ? 'what the norm reads' : `residual stream ${first.layer}`}${where(first)}`];
      }
      if (first.part === 'feedForward') return [`feed-forward ${first.layer}${where(first)}`];
      if (first.part === 'head' && group.length > 1 && group.length === heads) {
        return [`attention ${first.layer}${where(first)}`];
      }
      const noun = first.part === 'head' ? 'head' : 'pattern';
      return group.map(cell => `${noun} ${cell.layer}.${cell.head}${where(cell)}`);
    })
    .join(', ');
}

/** Some cells that were patched together, and what that gave. */
export interface PatchStep extends Pick<PatchPair, 'kind' | 'direction' | 'noise' | 'position'> {
  readonly cells: readonly PatchCell[];
  readonly metric: PatchMetric;
  /** Normalised. */
  readonly value: number;
}

/** Steps as JSON that {@link parsePatches} takes again. */
export function patchesJson(model: string, patches: readonly PatchStep[]): string {
  return `${JSON.stringify({ model, patches })}\n`;
}

/**
 * Steps from JSON.
 * @param fits whether cells and position are there in the runs that are shown.
 * @throws Error with one sentence where they are none, or do not fit.
 */
export function parsePatches(json: string, fits: (step: PatchStep) => boolean): PatchStep[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new Error('What was copied is no JSON; copy patches with Copy as JSON first.');
  }
  const patches = typeof parsed === 'object' && parsed !== null && 'patches' in parsed ? parsed.patches : undefined;
  if (!Array.isArray(patches)) throw new Error('What was copied has no patches; copy them with Copy as JSON first.');
  return patches.map((patch: unknown, i) => {
    const read = stepOf(patch);
    if (!read) throw new Error(`Patch ${i + 1} of what was copied is no patch.`);
    if (!fits(read)) throw new Error(`Patch ${i + 1} names layers, heads or tokens that are not here.`);
    return read;
  });
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}

function isPlace(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function stepOf(patch: unknown): PatchStep | undefined {
  const fields = fieldsOf(patch);
  if (!fields) return undefined;
  const { kind, direction, position, value } = fields;
  if (kind !== 'self' && kind !== 'encoder' && kind !== 'decoder' && kind !== 'cross') return undefined;
  if (direction !== 'denoise' && direction !== 'noise') return undefined;
  const cells = Array.isArray(fields.cells) ? fields.cells.map(cellOf) : [];
  const known = cells.flatMap(cell => (cell ? [cell] : []));
  const metric = metricOf(fields.metric);
  const noise = noiseOf(fields.noise);
  if (known.length === 0 || known.length < cells.length || !metric || !isPlace(position)) return undefined;
  if (typeof value !== 'number' || (fields.noise !== undefined && !noise)) return undefined;
  return { kind, direction, position, ...(noise && { noise }), cells: known, metric, value };
}

function cellOf(cell: unknown): PatchCell | undefined {
  const { part, layer, head, place } = fieldsOf(cell) ?? {};
  if (part !== 'residual' && part !== 'feedForward' && part !== 'head' && part !== 'attention') return undefined;
  if (!isPlace(layer) || (place !== undefined && !isPlace(place))) return undefined;
  if (part === 'head' || part === 'attention' ? !isPlace(head) : head !== undefined) return undefined;
  return { part, layer, ...(isPlace(head) && { head }), ...(isPlace(place) && { place }) };
}

function metricOf(metric: unknown): PatchMetric | undefined {
  const { by, token, minus } = fieldsOf(metric) ?? {};
  if (by === 'divergence') return { by };
  if (!isPlace(token)) return undefined;
  if (by === 'logProbability') return { by, token };
  return by === 'logits' && isPlace(minus) ? { by, token, minus } : undefined;
}

function noiseOf(noise: unknown): PatchPair['noise'] {
  const { tokens, strength, seed, samples } = fieldsOf(noise) ?? {};
  if (!Array.isArray(tokens) || !tokens.every(isPlace) || !isPlace(seed) || !isPlace(samples) || samples < 1) {
    return undefined;
  }
  return typeof strength === 'number' && strength > 0 ? { tokens, strength, seed, samples } : undefined;
}
