import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { CutModel } from '../../core/onnx';
import { DataType } from '../../core/onnx/read/onnxModel';

/** Runs a part of a model's graph by itself. To be released. */
export class CutSession {
  private constructor(
    private readonly inner: InferenceSession,
    private readonly cut: CutModel,
  ) {}

  static async open(cut: CutModel, externalData: InferenceSession.SessionOptions['externalData']): Promise<CutSession> {
    return new CutSession(await InferenceSession.create(cut.bytes, { externalData, executionProviders: ['cpu'] }), cut);
  }

  /** Whether what it is fed, as all of its numbers, is of half precision. */
  get isHalf(): boolean {
    return this.cut.type === DataType.float16;
  }

  async run(input: Tensor): Promise<Tensor> {
    return (await this.inner.run({ [this.cut.input]: input }, [this.cut.output]))[this.cut.output];
  }

  release(): Promise<void> {
    return this.inner.release();
  }
}
