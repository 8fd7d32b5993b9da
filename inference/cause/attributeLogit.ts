import type { AskedAttribution } from '../../core/cause/causeOrder';
import {
  byTokens,
  findBlocks,
  findLinearEnd,
  findModelEnd,
  findOutputProjection,
  stacksByBranch,
  type BlockPart,
  type BlockStack,
  type FoundAttention,
  type LinearEnd,
  type Places,
  type ProjectionSpan,
} from '../../core/onnx';
import type { Value } from '../../core/onnx/graph/linkedGraph';
import type { LogitAttribution, LogitPart } from '../../core/run/cause';
import { CauseFault } from './causeFault';
import { HeldNorm, type RowsThrough } from './heldNorm';

/** What a part's vector adds to the stream at one position. */
export interface StreamPart extends Omit<LogitPart, 'value'> {
  readonly vector: Float32Array;
}

/** What a model's logits are made of: what has to be read of a run, and what is cut out of the graph. */
export interface AttributedStream {
  readonly stack: BlockStack;
  readonly end: LinearEnd;
  /** The values that a run must give, by those of `stack`: the same in each branch of an `If`. */
  readonly values: ReadonlyMap<Value, Places>;
}

/** Runs a part of the model on rows. */
export type OpenSpan = (span: ProjectionSpan) => Promise<RowsThrough>;

/** The output that is looked at: the logits, else the first. */
export function outputOf({ graph: { root } }: FoundAttention): string {
  const { name } = root.outputs.find(output => output.name === 'logits') ?? root.outputs[0];
  return name;
}

/**
 * Finds what logits can be attributed to.
 * @returns why they cannot be, as a sentence.
 */
export function attributedStream(found: FoundAttention): AttributedStream | string {
  const reasons: string[] = [];
  // Of several streams the last is what something is said of.
  for (const each of [...stacksByBranch(findBlocks(found))].reverse()) {
    const branches = each.map(stack => ({ ...stack, end: byTokens(stack.end) }));
    const [stack] = branches;
    const end = stack.postNorm
      ? 'its norms come after the additions, so no final norm reads their sum'
      : findModelEnd(found, stack, outputOf(found));
    const linear = typeof end === 'string' ? end : findLinearEnd(end);
    if (typeof linear === 'string') {
      reasons.push(linear);
      continue;
    }
    const parts = stack.blocks.flatMap(block => block.parts);
    const unknown = parts.find(part => part.site && !projectionOf(part));
    if (unknown) {
      reasons.push(
        `the graph does not show the output projection of layer ${unknown.site!.layer}, which all heads go through`,
      );
      continue;
    }
    const lists = branches.map(valuesOf);
    const values = lists[0].map((value, i): [Value, Places] => {
      const others = new Set(lists.slice(1).map(list => list[i]));
      others.delete(value);
      return [value, [value, ...others]];
    });
    return { stack, end: linear, values: new Map(values) };
  }
  return `A logit cannot be taken apart: ${reasons[0] ?? 'the graph shows no residual stream that its layers add to'}.`;
}

function valuesOf({ start, end, blocks }: BlockStack): readonly Value[] {
  return [
    start,
    end,
    ...blocks
      .flatMap(({ parts }) => parts)
      .flatMap(part => {
        const projection = projectionOf(part);
        return [part.write, ...(part.bias ? [part.bias] : []), ...(projection ? [projection.from, projection.to] : [])];
      }),
  ];
}

function projectionOf({ site, write }: BlockPart): ProjectionSpan | undefined {
  const place = site?.places.find(({ context }) => context.scope === write.scope);
  return place && findOutputProjection(place);
}

/**
 * What each part adds to the stream at a position, in order; together, with the constants, they are the stream that the final
 * norm reads.
 * @param row the values of {@link AttributedStream.values} at the position.
 */
export async function streamParts(
  { stack }: AttributedStream,
  row: (value: Value) => Float32Array,
  open: OpenSpan,
): Promise<StreamPart[]> {
  const found: StreamPart[] = [{ part: 'embedding', vector: row(stack.start) }];
  const kinds = new Set(stack.blocks.flatMap(({ parts }) => parts).flatMap(({ site }) => site?.kind ?? []));
  for (const [number, { parts }] of stack.blocks.entries()) {
    const layer = parts.find(({ site }) => site && site.kind !== 'cross')?.site?.layer ?? number;
    for (const part of parts) {
      const constant = part.bias && row(part.bias);
      if (!part.site) {
        const write = row(part.write);
        found.push({ part: 'mlp', layer, vector: constant ? sum(write, constant) : write });
        continue;
      }
      const projection = projectionOf(part)!;
      const all = row(projection.from);
      const heads = part.site.heads ?? 1;
      const size = all.length / heads;
      const own = (head: number) => all.map((value, i) => (Math.floor(i / size) === head ? value : 0));
      const rows = [new Float32Array(all.length), ...Array.from({ length: heads }, (_, head) => own(head))];
      // What is normalized before it is added goes through the norm with its statistic held.
      const span = part.normedWrite ? projection : part.projection!;
      const through = await open(span);
      let [none, ...each] = await through(rows);
      each = each.map(vector => difference(vector, none));
      if (part.normedWrite) {
        const norm = await HeldNorm.of(await open({ from: projection.to, to: part.write }), row(projection.to));
        if (!norm) {
          throw new CauseFault(
            `What layer ${layer}’s attention gives goes through more than a norm, so it cannot be taken apart.`,
          );
        }
        each = each.map(vector => norm.of(vector));
        none = sum(norm.of(none), norm.bias);
      } else {
        // What is added behind the product's own result is a constant.
        const [whole] = await through([all]);
        none = sum(none, difference(row(part.write), whole));
      }
      const kind = kinds.size > 1 ? part.site.kind : undefined;
      each.forEach((vector, head) => found.push({ part: 'head', kind, layer, head, vector }));
      found.push({ part: 'attentionBias', kind, layer, vector: constant ? sum(none, constant) : none });
    }
  }
  return found;
}

/**
 * A token's logit, or the difference of two, as a sum of parts (direct logit attribution): the final norm's statistic is that
 * of the run.
 * @param parts of {@link streamParts}, at the position.
 * @param last the stream that the final norm reads, there.
 * @throws Error with one sentence, where the end of the model is not what it seems, or there is no such token.
 */
export async function attributeLogit(
  { end }: AttributedStream,
  { token, minus }: Pick<AskedAttribution, 'token' | 'minus'>,
  parts: readonly StreamPart[],
  last: Float32Array,
  open: OpenSpan,
): Promise<LogitAttribution> {
  const throughNorm = await open(end.norm);
  const norm = await HeldNorm.of(throughNorm, last);
  if (!norm) {
    throw new CauseFault(
      'A logit cannot be taken apart: between the last layer and the unembedding stands more than a norm.',
    );
  }
  const unembed = await open(end.unembedding);
  const vectors = parts.map(({ vector }) => norm.of(vector));
  const [whole] = await throughNorm([last]);
  const [none, constant, all, ...each] = await inSteps(unembed, [
    new Float32Array(last.length),
    norm.bias,
    whole,
    ...vectors,
  ]);
  for (const id of [token, minus]) {
    if (id !== undefined && !(Number.isSafeInteger(id) && id >= 0 && id < none.length)) {
      throw new CauseFault(`There is no token ${id}: the vocabulary has ${none.length}, counted from 0.`);
    }
  }
  const logit = (row: Float32Array) => row[token] - (minus === undefined ? 0 : row[minus]);
  const told = [
    ...each.map((row, i): LogitPart => {
      const { kind, part, layer, head } = parts[i];
      return { part, kind, layer, head, value: logit(row) - logit(none) };
    }),
    { part: 'bias', value: logit(constant) } as const,
  ];
  return { logit: logit(all), parts: told, sum: told.reduce((total, { value }) => total + value, 0) };
}

/** One head's way to the logits: linear, the norms' statistics held. */
export interface HeadToLogits {
  /** Its result at the position. */
  readonly result: Float32Array;
  /** What results of the head would add to all logits. */
  through(results: readonly Float32Array[]): Promise<Float32Array[]>;
}

/**
 * Finds the way of a head's result to the logits: its slice of the output projection, a norm before the addition where there
 * is one, the final norm, the unembedding.
 * @param isSite whether an attention is the head's.
 * @param row the values of {@link AttributedStream.values} at the position.
 * @returns undefined where the stream has no such attention.
 * @throws {CauseFault} where something else than a norm stands on the way.
 */
export async function headToLogits(
  { stack, end }: AttributedStream,
  head: number,
  isSite: (site: NonNullable<BlockPart['site']>) => boolean,
  row: (value: Value) => Float32Array,
  open: OpenSpan,
): Promise<HeadToLogits | undefined> {
  const part = stack.blocks.flatMap(({ parts }) => parts).find(({ site }) => site && isSite(site));
  const heads = part?.site?.heads ?? 1;
  if (!part || head >= heads) return undefined;
  const projection = projectionOf(part)!;
  const all = row(projection.from);
  const size = all.length / heads;
  const project = await open(part.normedWrite ? projection : part.projection!);
  const own = part.normedWrite
    ? await HeldNorm.of(await open({ from: projection.to, to: part.write }), row(projection.to))
    : undefined;
  const norm = await HeldNorm.of(await open(end.norm), row(stack.end));
  if (!norm || (part.normedWrite && !own)) {
    throw new CauseFault('Between this head and the logits stands more than norms, so its part cannot be split.');
  }
  const unembed = await open(end.unembedding);
  return {
    result: all.slice(head * size, (head + 1) * size),
    async through(results) {
      const wide = results.map(result => {
        const one = new Float32Array(all.length);
        one.set(result, head * size);
        return one;
      });
      const [none, ...written] = await inSteps(project, [new Float32Array(all.length), ...wide]);
      const added = written.map(vector => difference(vector, none)).map(vector => own?.of(vector) ?? vector);
      const [zero, ...logits] = await inSteps(unembed, [
        new Float32Array(norm.bias.length),
        ...added.map(vector => norm.of(vector)),
      ]);
      return logits.map(logit => difference(logit, zero));
    },
  };
}

/** So many rows of logits are there at once. */
const atOnce = 32;

async function inSteps(through: RowsThrough, rows: readonly Float32Array[]): Promise<Float32Array[]> {
  const results: Float32Array[] = [];
  for (let i = 0; i < rows.length; i += atOnce) results.push(...(await through(rows.slice(i, i + atOnce))));
  return results;
}

function sum(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value + b[i]);
}

function difference(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - b[i]);
}
