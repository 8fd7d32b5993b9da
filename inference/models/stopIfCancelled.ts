import { ResponseError, type CancellationToken } from 'vscode-jsonrpc';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';

/** Ends the work on a request whose answer nobody wants any longer. @throws {ResponseError} where that is so. */
export function stopIfCancelled(cancelled: CancellationToken): void {
  if (cancelled.isCancellationRequested) throw new ResponseError(InferenceErrorCode.cancelled, 'Cancelled.');
}
