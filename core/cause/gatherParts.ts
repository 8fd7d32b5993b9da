import type { LogitPart } from '../run/cause';

/** A part of a logit as it is shown: one, or several gathered. */
export interface ShownPart {
  readonly name: string;
  readonly value: number;
  /** How many parts are gathered in it. */
  readonly of: number;
  /** The head, where it is one. */
  readonly head?: { readonly layer: number; readonly head: number; readonly kind?: string };
}

/** So many of the largest heads and feed-forward parts stand alone. */
const mostHeads = 8;
const mostFeedForwards = 4;

/** What a part is called: "embedding", "head 1.1", "cross head 1.1", "feed-forward 3", "bias of layer 2’s attention". */
export function partName({ part, layer = 0, head = 0, kind }: LogitPart): string {
  const of = kind === undefined ? '' : `${kind} `;
  switch (part) {
    case 'embedding':
      return 'embedding';
    case 'head':
      return `${of}head ${layer}.${head}`;
    case 'mlp':
      return `feed-forward ${layer}`;
    case 'attentionBias':
      return `bias of layer ${layer}’s ${of}attention`;
    case 'bias':
      return 'last bias';
  }
}

/**
 * A logit's parts by size, whichever sign; the smallest heads and feed-forward parts gathered, and all biases. Their sum is
 * that of the parts.
 */
export function gatherParts(parts: readonly LogitPart[]): ShownPart[] {
  const bySize = (some: readonly LogitPart[]) => [...some].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const heads = bySize(parts.filter(({ part }) => part === 'head'));
  const feedForwards = bySize(parts.filter(({ part }) => part === 'mlp'));
  const biases = parts.filter(({ part }) => part === 'attentionBias' || part === 'bias');
  // One that is left alone needs no other name.
  const cut = (some: readonly LogitPart[], most: number) => (some.length === most + 1 ? most + 1 : most);
  const [fewHeads, fewForwards] = [cut(heads, mostHeads), cut(feedForwards, mostFeedForwards)];
  const single = bySize([
    ...parts.filter(({ part }) => part === 'embedding'),
    ...heads.slice(0, fewHeads),
    ...feedForwards.slice(0, fewForwards),
  ]).map(alone);
  const gathered = (some: readonly LogitPart[], name: string): ShownPart[] =>
    some.length === 0 ? [] : [{ name, value: some.reduce((sum, { value }) => sum + value, 0), of: some.length }];
  const [otherHeads, otherForwards] = [heads.slice(fewHeads), feedForwards.slice(fewForwards)];
  return [
    ...single,
    ...gathered(otherHeads, `other ${otherHeads.length} heads`),
    ...gathered(otherForwards, `other ${otherForwards.length} feed-forwards`),
    ...gathered(biases, biases.length === 1 ? 'bias' : 'biases'),
  ];
}

/** All parts by size, whichever sign, each by itself. */
export function partsBySize(parts: readonly LogitPart[]): ShownPart[] {
  return parts.map(alone).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
}

function alone(part: LogitPart): ShownPart {
  const { value, layer = 0, head = 0, kind } = part;
  return {
    name: partName(part),
    value,
    of: 1,
    ...(part.part === 'head' && { head: { layer, head, ...(kind && { kind }) } }),
  };
}
