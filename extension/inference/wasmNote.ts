import { existsSync } from 'node:fs';
import path from 'node:path';
import type * as vscode from 'vscode';
import { showInformationMessage } from '../shown/messages';
import type { InferenceClient } from './inferenceClient';

const toldKey = 'headlight.toldOfWasm';

/** Whether the universal package is installed, whose runtime is compiled to WebAssembly. @param dist the folder of the bundles. */
export function isUniversal(dist: string): boolean {
  return existsSync(path.join(dist, 'ort', 'ort-wasm-simd-threaded.wasm'));
}

/** Says once, with the first work, that models run on WebAssembly, where they do. */
export function tellOfWasm(
  client: Pick<InferenceClient, 'onDidBegin'>,
  dist: string,
  memory: vscode.Memento,
): vscode.Disposable | undefined {
  if (memory.get(toldKey) === true || !isUniversal(dist)) return undefined;
  const listener = client.onDidBegin(() => {
    listener.dispose();
    void memory.update(toldKey, true);
    void showInformationMessage(
      'There is no native build of Headlight for this machine, so its models run on WebAssembly: with the same numbers, several times slower.',
    );
  });
  return listener;
}
