import { ResponseError } from 'vscode-jsonrpc';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';

/** A failed request to the inference process. Its message is one sentence for the user. */
export class InferenceError extends Error {
  override readonly name = 'InferenceError';

  constructor(
    readonly code: InferenceErrorCode,
    message: string,
  ) {
    super(message);
  }

  /** What a request was rejected with, as an error whose message can be shown. */
  static from(error: unknown): InferenceError {
    if (error instanceof InferenceError) return error;
    if (error instanceof ResponseError && error.code in InferenceErrorCode) {
      return new InferenceError(error.code, error.message);
    }
    return new InferenceError(
      InferenceErrorCode.process,
      'The inference process stopped before it answered; try again, and see the log if it stops again.',
    );
  }
}
