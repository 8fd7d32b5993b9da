import path from 'node:path';
import { fileLimits } from '../../core/files/fileLimits';
import { configHints, type AttentionHints } from '../../core/onnx';
import { readLimitedText } from './readLimited';

/**
 * What `config.json` beside the model, or beside its `onnx` folder, says of heads and layers; of a vision encoder what it says
 * of that one.
 */
export async function hintsBeside(file: string): Promise<AttentionHints> {
  const folder = path.dirname(file);
  for (const candidate of [folder, path.dirname(folder)]) {
    const text = await readLimitedText(path.join(candidate, 'config.json'), fileLimits.modelJson).catch(
      () => undefined,
    );
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
