import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PreTrainedTokenizer } from '@huggingface/transformers';

/** Gives a tokenizer the chat template that lies beside it as `chat_template.jinja`; as in transformers, that goes before the one of its configuration. */
export async function readChatTemplate(tokenizer: PreTrainedTokenizer, folder: string): Promise<void> {
  const chat = tokenizer as unknown as { chat_template?: unknown };
  chat.chat_template = await readFile(path.join(folder, 'chat_template.jinja'), 'utf8').catch(
    () => chat.chat_template ?? null,
  );
}
