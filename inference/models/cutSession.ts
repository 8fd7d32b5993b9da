import { InferenceSession, type Tensor } from 'onnxruntime-node';
import type { CutModel, CutSpan } from '../../core/onnx';
import { DataType } from '../../core/onnx/read/onnxModel';
import { readable } from './onnxTensors';

/** Runs parts of a model's graph by themselves. To be released. */
export class CutSession {
  private constructor(
    private readonly inner: InferenceSession,
    readonly spans: readonly CutSpan[],
  ) {}

  /** @param options that say where the model's weights are (see `ReadAgain`). */
  static async open({ bytes, spans }: CutModel, options: InferenceSession.SessionOptions): Promise<CutSession> {
    return new CutSession(await InferenceSession.create(bytes, { ...options, executionProviders: ['cpu'] }), spans);
  }

  /** Gives each part its input, as many as there are; and what comes out of each. */
  async run(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const feeds = Object.fromEntries(this.spans.map(({ input }, i) => [input, inputs[i]]));
    const results = await this.inner.run(
      readable(feeds),
      this.spans.map(({ output }) => output),
    );
    return this.spans.map(({ output }) => results[output]);
  }

  release(): Promise<void> {
    return this.inner.release();
  }
}

/** Whether what a part is fed is of half precision. */
export function isHalf({ type }: CutSpan): boolean {
  return type === DataType.float16;
}
