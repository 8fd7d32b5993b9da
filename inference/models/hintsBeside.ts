import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { configHints, type AttentionHints } from '../../core/onnx';

/**
 * What `config.json` beside the model, or beside its `onnx` folder, says of heads and layers; of a vision encoder what it says
 * of that one.
 */
export async function hintsBeside(file: string): Promise<AttentionHints> {
  const folder = path.dirname(file);
  for (const candidate of [folder, path.dirname(folder)]) {
    const text = await readFile(path.join(candidate, 'config.json'), 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    try {
      const config = JSON.parse(text) as { vision_config?: { depths?: unknown } | null };
      const own = /^vision_encoder/.test(path.basename(file)) && config.vision_config;
      return configHints(own && !own.depths ? own : config);
    } catch {
      return {};
    }
  }
  return {};
}
