import type { AttentionKind } from '../attention/attentionKind';
import type { Cut, CutForm, PlaceRange } from '../run/cause';

/** A cut in the list of what was done; it may be switched off without being taken back. */
export interface CutStep extends Cut {
  readonly off?: boolean;
}

/** The heads of a kind of attention: a layer's number and how many it has. */
export type LayerHeads = readonly { readonly layer: number; readonly heads: number }[];

/** What a model and a text must have for steps to fit them. */
export interface CutPlaces {
  readonly groups: readonly {
    readonly kind: AttentionKind;
    readonly layers: LayerHeads;
    readonly queries: number;
    readonly keys: number;
  }[];
}

/** All heads of some layers, the last one included. */
export function headsOfLayers(layers: LayerHeads, first: number, last: number): Cut['heads'] {
  return layers
    .filter(({ layer }) => layer >= first && layer <= last)
    .flatMap(({ layer, heads }) => Array.from({ length: heads }, (_, head) => ({ layer, head })));
}

/** Heads in words: "1.1", "3 heads", "layer 1", "layers 1–3", "all heads". */
export function headsWords(heads: Cut['heads'], layers: LayerHeads): string {
  const asked = new Set(heads.map(({ layer, head }) => `${layer}.${head}`));
  if (asked.size === 1) return [...asked][0];
  const has = (layer: number, count: number) =>
    Array.from({ length: count }, (_, head) => asked.has(`${layer}.${head}`)).filter(Boolean).length;
  const touched = layers.filter(({ layer, heads: count }) => has(layer, count) > 0);
  const whole = touched.every(({ layer, heads: count }) => has(layer, count) === count);
  if (!whole || touched.length === 0) return `${asked.size} heads`;
  if (touched.length === layers.length) return 'all heads';
  const [first, last] = [touched[0].layer, touched[touched.length - 1].layer];
  if (touched.length === 1) return `layer ${first}`;
  const between = layers.filter(({ layer }) => layer >= first && layer <= last);
  return between.length === touched.length ? `layers ${first}–${last}` : `${asked.size} heads`;
}

/** How a cut is made, in words. */
export const formWords: Readonly<Record<CutForm, string>> = {
  scores: 'before softmax',
  probabilities: 'after softmax',
};

/** A cut in words: "cut 1.1: “to” → “Mary”, before softmax". @param nameOf what a place is called, between quotes. */
export function cutWords(
  { heads, queries, keys, form }: Cut,
  layers: LayerHeads,
  nameOf: (axis: 'queries' | 'keys', place: number) => string,
): string {
  const range = (axis: 'queries' | 'keys', { first, last }: PlaceRange) =>
    first === last ? nameOf(axis, first) : `${nameOf(axis, first)} to ${nameOf(axis, last)}`;
  return `cut ${headsWords(heads, layers)}: ${range('queries', queries)} → ${range('keys', keys)}, ${formWords[form]}`;
}

/** Whether a step fits a model and a text: all its heads and places are there. */
export function fits({ kind, heads, queries, keys }: Cut, { groups }: CutPlaces): boolean {
  const group = groups.find(one => one.kind === kind);
  if (!group || heads.length === 0) return false;
  const within = ({ first, last }: PlaceRange, count: number) => first >= 0 && first <= last && last < count;
  return (
    within(queries, group.queries) &&
    within(keys, group.keys) &&
    heads.every(({ layer, head }) => group.layers.some(one => one.layer === layer && head >= 0 && head < one.heads))
  );
}

/**
 * Steps as JSON that {@link parseSteps} takes again. What is on stands there once more as the command line's orders have it
 * (`npm run cause`), so that the file is one.
 */
export function stepsJson(model: string, steps: readonly CutStep[]): string {
  const knockout = steps
    .filter(({ off }) => !off)
    .flatMap(({ kind, heads, queries, keys, form }) =>
      [...new Set(heads.map(({ layer }) => layer))].map(layer => ({
        kind,
        layer,
        heads: heads.filter(one => one.layer === layer).map(({ head }) => head),
        queries: placesOf(queries),
        keys: placesOf(keys),
        form,
      })),
    );
  const written = steps.map(({ kind, heads, queries, keys, form, off }) => ({
    kind,
    heads: heads.map(({ layer, head }) => [layer, head]),
    queries: [queries.first, queries.last],
    keys: [keys.first, keys.last],
    form,
    ...(off && { off }),
  }));
  return `${JSON.stringify({ model, steps: written, runs: [{ name: 'steps', knockout }] })}\n`;
}

function placesOf({ first, last }: PlaceRange): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/**
 * Steps from JSON.
 * @throws Error with one sentence where they are none, or do not fit the model and the text.
 */
export function parseSteps(json: string, places: CutPlaces): CutStep[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new Error('What was copied is no JSON; copy steps with Copy as JSON first.');
  }
  const steps = typeof parsed === 'object' && parsed !== null && 'steps' in parsed ? parsed.steps : undefined;
  if (!Array.isArray(steps)) throw new Error('What was copied has no steps; copy them with Copy as JSON first.');
  return steps.map((step: unknown, i) => {
    const read = stepOf(step);
    if (!read) throw new Error(`Step ${i + 1} of what was copied is no cut.`);
    if (!fits(read, places)) throw new Error(`Step ${i + 1} names heads or tokens that are not here.`);
    return read;
  });
}

function stepOf(step: unknown): CutStep | undefined {
  if (typeof step !== 'object' || step === null) return undefined;
  const { kind, heads, queries, keys, form, off } = step as Readonly<Record<string, unknown>>;
  const [from, to] = [rangeOf(queries), rangeOf(keys)];
  const pairs = Array.isArray(heads) ? heads.map(pairOf) : [];
  const places = pairs.flatMap(pair => (pair ? [{ layer: pair[0], head: pair[1] }] : []));
  if (!from || !to || places.length === 0 || places.length < pairs.length) return undefined;
  if (form !== 'scores' && form !== 'probabilities') return undefined;
  if (kind !== 'self' && kind !== 'encoder' && kind !== 'decoder' && kind !== 'cross') return undefined;
  return { kind, heads: places, queries: from, keys: to, form, ...(off === true && { off }) };
}

function rangeOf(value: unknown): PlaceRange | undefined {
  const pair = pairOf(value);
  return pair && { first: pair[0], last: pair[1] };
}

function pairOf(value: unknown): readonly [number, number] | undefined {
  if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isSafeInteger)) return undefined;
  return [value[0] as number, value[1] as number];
}
