import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { precisionList, precisionOf, precisionsOf } from '../../core/models/precisions';
import type { GraphArchitecture } from '../../core/models/architectureText';
import { findAttention, readModelFile } from '../../core/onnx';
import { reasonOf } from '../../core/text/reasonOf';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { hintsBeside } from './hintsBeside';
import { InferenceFault } from './inferenceFault';
import { modelFile } from './modelFile';

/**
 * What attention a model's ONNX files hold, in the precision chosen. Nothing is run: the files are read.
 * @throws {InferenceFault} where one cannot be read.
 */
export async function readArchitecture({ folder, dtype, id }: ModelReference): Promise<GraphArchitecture[]> {
  const others = new Set<string>();
  for (const place of [path.join(folder, 'onnx'), folder]) {
    const names = (await readdir(place).catch(() => [])).sort();
    const files = names.filter(name => name.endsWith('.onnx') && precisionOf(name).precision === dtype);
    precisionsOf(names).forEach(precision => others.add(precision));
    if (files.length === 0) continue;
    const graphs: GraphArchitecture[] = [];
    for (const file of files) graphs.push(await readGraph(place, file, names));
    return graphs;
  }
  throw new InferenceFault(
    InferenceErrorCode.model,
    others.size > 0
      ? `${id} has no ONNX file in the precision ${dtype}; it is there in ${precisionList([...others])}.`
      : `${id} has no ONNX file in ${folder}; choose another model.`,
  );
}

async function readGraph(folder: string, file: string, beside: readonly string[]): Promise<GraphArchitecture> {
  try {
    const content = modelFile(path.join(folder, file));
    const model = readModelFile(content);
    // All blocks of a Swin, not the last of each stage alone.
    const found = findAttention(model, { ...(await hintsBeside(path.join(folder, file))), stages: undefined });
    const weights = beside.filter(name => name.startsWith(`${file}_data`) || name.startsWith(`${file}.data`));
    const sizes = await Promise.all(weights.map(async name => (await stat(path.join(folder, name))).size));
    return {
      file,
      bytes: sizes.reduce((sum, size) => sum + size, content.size),
      found: found.summary,
      operations: model.graph.nodes.length,
      sites: found.attentions.map(({ kind, layer, heads, headSize, causal, form, node }) => ({
        kind,
        layer,
        heads,
        headSize,
        causal,
        form,
        node,
      })),
    };
  } catch (error) {
    throw new InferenceFault(InferenceErrorCode.model, `${file} cannot be read: ${reasonOf(error)}.`, error);
  }
}
