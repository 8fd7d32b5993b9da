import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { GraphFacts } from '../../core/mechanisms/measuredDates';
import { findAttention, findContextVector, readModel, scoreTerms, sequentialSteps } from '../../core/onnx';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { reasonOf } from '../../core/text/reasonOf';
import { InferenceFault } from '../models/inferenceFault';

/** Bits of a number as the models compute: float32. */
const bitsOfNumber = 32;

/**
 * What a graph says of its work with so many places to read: its longest chain, and how much of the text its encoder hands
 * on, by the shape of what keys are made from, or of the one vector.
 * @throws {InferenceFault} where the file cannot be read or neither is in its graph.
 */
export async function graphFacts({ folder, id }: ModelReference, places: number): Promise<GraphFacts> {
  try {
    return await factsOf(path.join(folder, `${id}.onnx`), places);
  } catch (error) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${id}.onnx cannot be measured: ${reasonOf(error)}; install Headlight again to get it back.`,
      error,
    );
  }
}

async function factsOf(file: string, places: number): Promise<GraphFacts> {
  const { graph, attentions } = findAttention(readModel(await readFile(file)));
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
    if (typeof size !== 'number') throw new Error('what its encoder hands on is not found in its graph');
    numbers += size;
  }
  return { ...steps, productsEach, bits: numbers * bitsOfNumber, each };
}
