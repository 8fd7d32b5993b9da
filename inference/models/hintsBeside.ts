import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { configHints, type AttentionHints } from '../../core/onnx';

/** What `config.json` beside the model, or beside its `onnx` folder, says of heads and layers. */
export async function hintsBeside(file: string): Promise<AttentionHints> {
  const folder = path.dirname(file);
  for (const candidate of [folder, path.dirname(folder)]) {
    const text = await readFile(path.join(candidate, 'config.json'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    try {
      return configHints(JSON.parse(text));
    } catch {
      return {};
    }
  }
  return {};
}
