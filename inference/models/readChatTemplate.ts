import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { renderTemplate, type TemplateLimits } from '../templates/renderTemplate';

/**
 * Gives a tokenizer the chat template that lies beside it as `chat_template.jinja`, or in `chat_template.json` as processors
 * of transformers 4 wrote it; as in transformers, that goes before the one of its configuration.
 */
export async function readChatTemplate(tokenizer: PreTrainedTokenizer, folder: string): Promise<void> {
  const chat = tokenizer as unknown as { chat_template?: unknown };
  const read = (name: string) => readFile(path.join(folder, name), 'utf8');
  const fromJson = async () =>
    (JSON.parse(await read('chat_template.json')) as { chat_template?: unknown }).chat_template;
  chat.chat_template =
    (await read('chat_template.jinja')
      .catch(fromJson)
      .catch(() => undefined)) ??
    chat.chat_template ??
    null;
  limitTemplates(tokenizer);
}

/** Has a tokenizer's chat templates rendered within the limits that {@link renderTemplate} has. */
export function limitTemplates(tokenizer: PreTrainedTokenizer, limits?: TemplateLimits): void {
  // Where transformers.js looks for what it compiled before.
  Object.assign(tokenizer, {
    _compiled_template_cache: {
      get: (template: string) => ({
        render: (values: Record<string, unknown>) => renderTemplate(template, values, limits),
      }),
    },
  });
}
