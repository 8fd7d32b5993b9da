import path from 'node:path';
import * as vscode from 'vscode';
import type { ModelReference } from '../../core/protocol/modelReference';

const prefix = 'onnx:';

/**
 * A single ONNX file as a model.
 * @param inputsFolder the folder of its inputs: NPY files that they name lie there.
 * @param pictureInputs the file of inputs in that folder, where it names a picture that the attention is looked at on.
 */
export function graphModel(file: string, inputsFolder: string, pictureInputs?: string): ModelReference {
  return {
    id: path.basename(file),
    key: [prefix + file, inputsFolder, ...(pictureInputs === undefined ? [] : [pictureInputs])].join('\n'),
    folder: path.dirname(file),
    dtype: 'as stored',
    graph: { file: path.basename(file), inputsFolder, pictureInputs },
  };
}

/** The model of a key that {@link graphModel} made; undefined for another key, and where the workspace is not trusted. */
export function graphModelOf(key: string): ModelReference | undefined {
  if (!key.startsWith(prefix) || !vscode.workspace.isTrusted) return undefined;
  const [file, inputsFolder, pictureInputs] = key.slice(prefix.length).split('\n');
  return inputsFolder === undefined ? undefined : graphModel(file, inputsFolder, pictureInputs);
}
