import path from 'node:path';
import type { Tensor } from 'onnxruntime-node';
import type { DeclaredInput } from '../../core/graph/graphInputs';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { AttentionSession } from '../models/attentionSession';
import { InferenceFault } from '../models/inferenceFault';
import type { OpenModel } from '../models/openModel';

/** What a graph was run with: kept by the ids of the run, which is how runs are named when they are asked for again. */
export interface GraphRun {
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly vocabulary?: Readonly<Record<string, string>>;
}

/** A graph that is run by its inputs' names, without a class of transformers.js and without a tokenizer. */
export interface OpenGraph {
  readonly session: AttentionSession;
  readonly inputs: readonly DeclaredInput[];
  readonly runs: WeakMap<readonly number[], GraphRun>;
}

/** The inputs of a session as its graph declares them. */
export function declaredInputs(session: AttentionSession): DeclaredInput[] {
  return session.inputMetadata.map(metadata =>
    metadata.isTensor
      ? { name: metadata.name, type: metadata.type, shape: metadata.shape }
      : { name: metadata.name, type: 'sequence', shape: [] },
  );
}

/**
 * Opens one ONNX file.
 * @throws {InferenceFault} where it cannot be opened, or holds no attention.
 */
export async function openGraph(reference: ModelReference, file: string): Promise<OpenModel> {
  const started = performance.now();
  const session = await AttentionSession.open(path.join(reference.folder, file), { logSeverityLevel: 3 }, true);
  if (session.sites.length === 0) {
    await session.release();
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${file} holds no attention to show (${session.found}); choose another file.`,
    );
  }
  const graph: OpenGraph = { session, inputs: declaredInputs(session), runs: new WeakMap() };
  const noTokenizer = (): never => {
    throw new InferenceFault(InferenceErrorCode.model, `${file} has no tokenizer; give it numbers, not text.`);
  };
  return {
    reference,
    graph,
    sessions: { model: session },
    get model() {
      return noTokenizer();
    },
    get tokenizer() {
      return noTokenizer();
    },
    get family() {
      return noTokenizer();
    },
    dispose: () => session.release(),
    info: {
      id: reference.id,
      architecture: 'ONNX graph',
      dtype: reference.dtype,
      task: 'graph',
      contextLength: Number.MAX_SAFE_INTEGER,
      found: session.found,
    },
    bytes: session.bytes,
    loadTime: performance.now() - started,
  };
}
