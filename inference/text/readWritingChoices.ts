import { writingChoices, type WritingChoices } from '../../core/models/writing';
import type { ModelReference } from '../../core/protocol/modelReference';
import { readJson } from '../models/readJson';

/**
 * What there is to choose for the text that a model writes, by its files.
 * @throws {InferenceFault} where one is missing or broken.
 */
export async function readWritingChoices(model: ModelReference): Promise<WritingChoices> {
  return writingChoices(await readJson(model, 'config.json'), await readJson(model, 'tokenizer.json'));
}
