import * as vscode from 'vscode';
import { sentenceOf } from '../../core/text/reasonOf';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { ShownFile } from '../../core/protocol/shownFile';

/** Finds a model by what settings call it. @throws Error with one sentence where there is none. */
export type FindModel = (key: string, dtype: string) => Promise<ModelReference>;

/** The parts of a model that the inference process needs. */
export function referenceOf({ id, key, folder, dtype, builtIn, graph }: ModelReference): ModelReference {
  return { id, key, folder, dtype, builtIn, graph };
}

/** What a panel keeps of a file that it shows with a model. */
export function shownFile(
  uri: vscode.Uri,
  { id, key, dtype }: ModelReference,
  more: Pick<ShownFile, 'language' | 'texts'> = {},
): ShownFile {
  return { uri: uri.toString(), model: key ?? id, dtype, ...more };
}

/** Shows a file again that a panel kept; where its model is gone, and no other is in use, says so. */
export async function restoreFile(
  file: ShownFile,
  find: FindModel,
  fail: (content: { phase: 'failed'; title: string; file: ShownFile; message: string }) => void,
  show: (uri: vscode.Uri, model: ModelReference) => Promise<void>,
): Promise<void> {
  const uri = vscode.Uri.parse(file.uri);
  let model: ModelReference;
  try {
    model = await find(file.model, file.dtype);
  } catch (error) {
    fail({
      phase: 'failed',
      title: vscode.workspace.asRelativePath(uri),
      file,
      message: sentenceOf((error as Error).message),
    });
    return;
  }
  await show(uri, model);
}
