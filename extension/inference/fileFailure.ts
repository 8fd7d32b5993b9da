import * as vscode from 'vscode';
import { FileTooLarge } from '../../core/files/readWithin';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceError } from './inferenceError';

/** Why a file cannot be shown, in one sentence: it cannot be read, or the inference process says what is wrong. */
export function fileFailure(uri: vscode.Uri, error: unknown): InferenceError {
  if (error instanceof FileTooLarge) return new InferenceError(InferenceErrorCode.image, error.message);
  return error instanceof vscode.FileSystemError
    ? new InferenceError(
        InferenceErrorCode.image,
        `${uri.path.split('/').pop()} cannot be read; check that it is still there and may be read.`,
      )
    : InferenceError.from(error);
}
