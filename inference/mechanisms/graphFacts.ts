import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GraphFacts } from '../../core/mechanisms/measuredDates';
import { findAttention, findContextVector, readModel, scoreTerms, sequentialSteps } from '../../core/onnx';
import type { ModelReference } from '../../core/protocol/modelReference';

/** Bits of a number as the models compute: float32. */
const bitsOfNumber = 32;

/**
 * What a graph says of its work with so many places to read: its longest chain, and how much of the text its encoder hands
 * on, by the shape of what keys are made from, or of the one vector.
 * @throws where neither is in the graph.
 */
export async function graphFacts({ folder, id }: ModelReference, places: number): Promise<GraphFacts> {
  const { graph, attentions } = findAttention(readModel(await readFile(path.join(folder, `${id}.onnx`))));
  const steps = sequentialSteps(graph, places);
  const productsEach = sequentialSteps(graph, places + 1).products - steps.products;
  const kept = new Set(
    attentions
      .filter(({ kind }) => kind === 'cross')
      .flatMap(({ places: all }) => all)
      .map(place => scoreTerms(place)?.keyFrom),
  );
  const each = kept.size > 0;
  if (!each) kept.add(findContextVector(graph));
  let numbers = 0;
  for (const value of kept) {
    const size = value?.shape?.at(-1);
    if (typeof size !== 'number') throw new Error(`what the encoder of ${id} hands on is not found in its graph`);
    numbers += size;
  }
  return { ...steps, productsEach, bits: numbers * bitsOfNumber, each };
}
