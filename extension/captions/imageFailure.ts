import * as vscode from 'vscode';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceError } from '../inference/inferenceError';

/** Why an image has no caption, in one sentence: its file cannot be read, or the inference process says what is wrong. */
export function imageFailure(uri: vscode.Uri, error: unknown): InferenceError {
  return error instanceof vscode.FileSystemError
    ? new InferenceError(
        InferenceErrorCode.image,
        `${uri.path.split('/').pop()} cannot be read; check that it is still there and may be read.`,
      )
    : InferenceError.from(error);
}
