import { ResponseError, type CancellationToken } from 'vscode-jsonrpc';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';

/** @throws {ResponseError} where nobody wants the answer any longer. */
export function stopIfCancelled(cancelled: CancellationToken): void {
  if (cancelled.isCancellationRequested) throw new ResponseError(InferenceErrorCode.cancelled, 'Cancelled.');
}
