import path from 'node:path';
import type { Tensor } from 'onnxruntime-node';
import { lfsPointerWords } from '../../core/models/gitLfs';
import type { ModelInfo } from '../../core/run/explanation';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { AttentionSession } from '../models/attentionSession';
import { InferenceFault } from '../models/inferenceFault';
import { isPointerFile } from '../models/lfsPointer';
import type { OpenModel } from '../models/openModel';

/** What a graph was run with. */
export interface GraphRun {
  readonly feeds: Readonly<Record<string, Tensor>>;
  /** What its numbers are called. */
  readonly vocabulary?: Readonly<Record<string, string>>;
  /** Which of the parts in the batch it was made for, counted from 0. */
  readonly part?: number;
}

/** A single ONNX file that is run by its inputs' names, without a class of transformers.js and without a tokenizer. */
export class GraphModel implements OpenModel {
  /**
   * Opens one ONNX file.
   * @throws {InferenceFault} where it cannot be opened, or holds no attention.
   */
  static async open(reference: ModelReference, file: string): Promise<GraphModel> {
    const started = performance.now();
    const name = path.join(reference.folder, file);
    const session = await AttentionSession.open(name, { logSeverityLevel: 3 }, true).catch(async (error: unknown) => {
      if (!(await isPointerFile(name))) throw error;
      throw new InferenceFault(InferenceErrorCode.model, `${file} ${lfsPointerWords}.`, error);
    });
    if (session.sites.length === 0) {
      await session.release();
      throw new InferenceFault(
        InferenceErrorCode.model,
        `${file} holds no attention to show (${session.found}); choose another file.`,
      );
    }
    return new GraphModel(reference, session, performance.now() - started);
  }

  readonly sessions: OpenModel['sessions'];
  readonly info: ModelInfo;
  /** It reads what it was given, once. */
  readonly batches = false;
  part = 0;
  /** What it was given, by the tokens of the run: that is how a run is named when it is asked for again. */
  private readonly runs = new WeakMap<readonly number[], GraphRun>();

  private constructor(
    readonly reference: ModelReference,
    private readonly session: AttentionSession,
    readonly loadTime: number,
  ) {
    this.sessions = { model: session };
    this.info = {
      id: reference.id,
      architecture: 'ONNX graph',
      dtype: reference.dtype,
      task: 'graph',
      contextLength: Number.MAX_SAFE_INTEGER,
      found: session.found,
      quantizesActivations: session.quantizesActivations,
    };
  }

  get bytes(): number {
    return this.session.bytes;
  }

  /** Says what stands behind the tokens of a run, so that it can be run again. */
  keep(ids: readonly number[], run: GraphRun): void {
    this.runs.set(ids, run);
  }

  /** @throws {InferenceFault} where it was never given these. */
  run(ids: readonly number[]): Promise<unknown> {
    const run = this.runs.get(ids);
    if (!run) {
      throw new InferenceFault(InferenceErrorCode.run, `${this.info.id} was given other inputs; explain it again.`);
    }
    this.part = run.part ?? 0;
    return this.session.run(run.feeds);
  }

  predictionText(id: number, ids: readonly number[]): string {
    return this.runs.get(ids)?.vocabulary?.[id] ?? String(id);
  }

  dispose(): Promise<unknown> {
    return this.session.release();
  }
}
