import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gridCells } from '../../core/images/gridCells';
import { patchSize } from '../../core/onnx';
import { patchedRegion } from '../../core/images/seenRegion';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ImageRun } from '../images/explainImage';
import { InferenceFault } from '../models/inferenceFault';
import type { GraphModel } from './graphModel';
import { runGraph } from './runGraph';

/**
 * Runs a graph on the picture that a file of inputs names: what each cell looks at, on a grid that is guessed from the number
 * of positions.
 * @param file the file of inputs, in the folder of the inputs.
 * @throws {InferenceFault} where the inputs do not fit, or the positions make no grid.
 */
export async function explainPicture(open: GraphModel, file: string): Promise<ImageRun> {
  const json = await readFile(
    path.join(open.reference.graph?.inputsFolder ?? open.reference.folder, file),
    'utf8',
  ).catch((error: unknown) => {
    throw new InferenceFault(InferenceErrorCode.text, `The inputs ${file} cannot be read.`, error);
  });
  const { picture, recorder, runTime } = await runGraph(open, json, { windows: true });
  if (!picture) {
    throw new InferenceFault(InferenceErrorCode.text, `${file} names no picture; write "image": "picture.png" in it.`);
  }
  // A detector's queries are no cells, even where they are as many.
  const all = recorder.attention().filter(({ kind }) => kind === 'self' || kind === 'encoder');
  const whole = all.filter(
    ({ heads, queries, keys, data }) => queries === keys && data.length === heads * queries * keys,
  );
  const layers = whole.filter(({ keys }) => keys === whole[0].keys);
  const { width, height, seen } = picture;
  const patch = patchSize((await open.sessions.model.readAgain()).found.model.graph);
  const grid = layers.length > 0 ? gridCells(layers[0].keys, { width, height }, patch) : undefined;
  if (!grid) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      layers.length > 0
        ? `${open.info.id} attends over ${layers[0].keys} positions, which make no grid on ${width} × ${height} pixels; give it the picture as an array to see its numbers.`
        : `${open.info.id} does not attend over one grid of cells (${open.info.found}); give it the picture as an array to see its numbers.`,
    );
  }
  const { rows, columns, before } = grid;
  const guessed = `${layers[0].keys} positions are taken for ${rows} × ${columns} cells${before === 0 ? '' : ` behind ${before} special ${before === 1 ? 'token' : 'tokens'}`}.`;
  return {
    explanation: {
      image: picture.image.facts,
      model: open.info,
      grid: { rows, columns },
      special: before,
      seen: grid.cell ? patchedRegion(seen, grid, grid.cell, { width, height }) : seen,
      layers: layers.map(({ layer, heads }) => ({ kind: 'self', layer, heads })),
      answers: [],
      notes: [guessed, ...leftOut(all.length - layers.length), picture.note],
      runTime,
    },
    attention: layers.map(layer => ({ ...layer, kind: 'self' })),
    textAttention: [],
  };
}

/** What is said of attention that lies on another grid, or on parts of it. */
function leftOut(layers: number): string[] {
  if (layers === 0) return [];
  return [
    `${layers} ${layers === 1 ? 'layer that looks' : 'layers that look'} in windows or over another number of positions ${layers === 1 ? 'is' : 'are'} left out; give the graph the picture as an array to see their numbers.`,
  ];
}
