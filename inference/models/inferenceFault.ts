import { ResponseError } from 'vscode-jsonrpc';
import type { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';

/** A failure whose message is one sentence for the user: what went wrong and what to do. The cause goes to the log. */
export class InferenceFault extends ResponseError<void> {
  constructor(code: InferenceErrorCode, message: string, cause?: unknown) {
    super(code, message);
    // ResponseError makes every object one of its own class.
    Object.setPrototypeOf(this, InferenceFault.prototype);
    this.cause = cause;
  }
}
