import type { ImageTurn } from '../../core/vision/imageAnswer';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { partsOf } from '../models/vocabularyText';
import { TemplateOverrun } from '../templates/renderTemplate';
import type { VisionModel } from './visionModel';

/** What PaliGemma was taught to be asked begins with one of these words. */
const paligemmaTasks = /^(caption|cap|describe|answer|question|ocr|detect|segment|count)\b/;

/**
 * A conversation as the model's own template words it, with one placeholder where the picture goes.
 * @param turns the last one is the user's.
 */
export function conversationPrompt(open: VisionModel, turns: readonly ImageTurn[]): string {
  const placeholder = placeholderOf(open);
  const said = turns.map(turn => ({ ...turn, text: asPlainText(open, turn.text) }));
  const { text: last, altText } = said[said.length - 1];
  const type = open.config.model_type;
  // It was taught single tasks, not conversations.
  if (type === 'paligemma') {
    return placeholder + (altText ? 'caption en' : paligemmaTasks.test(last) ? last : `answer en ${last}`);
  }
  const template = (open.tokenizer as unknown as { chat_template?: unknown }).chat_template;
  if (template == null) return withoutTemplate(said, placeholder);
  const apply = (asParts: boolean): string =>
    open.tokenizer.apply_chat_template<false>(
      said.map(({ role, text }, i) => ({
        role,
        content: asParts
          ? [...(i === 0 ? [{ type: 'image' }] : []), { type: 'text', text }]
          : `${i === 0 ? `${placeholder}\n` : ''}${text}`,
      })),
      { tokenize: false, add_generation_prompt: true },
    );
  const words = attempt(() => apply(true), open.info.id);
  if (words?.split(placeholder).length === 2) return words;
  // Templates of language models know texts alone.
  try {
    return apply(false);
  } catch (error) {
    if (error instanceof TemplateOverrun) throw overrun(error, open.info.id);
    throw new InferenceFault(
      InferenceErrorCode.template,
      `The chat template of ${open.info.id} has no place for a picture; download the model again, or choose another one.`,
      error,
    );
  }
}

/**
 * A text in which the names of special tokens stay text, with a space within: a tokenizer takes them from anywhere, and a
 * question about `<image>` would be one about a second picture.
 */
function asPlainText({ tokenizer, imageToken }: VisionModel, text: string): string {
  const { _tokenizer, all_special_ids } = partsOf(tokenizer);
  return [...all_special_ids, imageToken]
    .map(id => _tokenizer.id_to_token(id) ?? '')
    .filter(name => name.length > 2)
    .reduce((plain, name) => plain.replaceAll(name, `${name[0]} ${name.slice(1)}`), text);
}

/** The form that Moondream was taught. */
function withoutTemplate(turns: readonly ImageTurn[], placeholder: string): string {
  const said = turns.map(({ role, text }) => (role === 'user' ? `\n\nQuestion: ${text}` : `\n\nAnswer: ${text}`));
  return `${placeholder}${said.join('')}\n\nAnswer:`;
}

/** What stands for a picture before it is as long as its features. */
export function placeholderOf({ processor, tokenizer, imageToken, config }: VisionModel): string {
  if (config.model_type === 'gemma3') return (processor as unknown as { boi_token: string }).boi_token;
  return partsOf(tokenizer)._tokenizer.id_to_token(imageToken) ?? '<image>';
}

function attempt<Result>(work: () => Result, id: string): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateOverrun) throw overrun(error, id);
    return undefined;
  }
}

function overrun(error: TemplateOverrun, id: string): InferenceFault {
  return new InferenceFault(
    InferenceErrorCode.template,
    `The chat template of ${id} ${error.message}; choose another model.`,
    error,
  );
}
