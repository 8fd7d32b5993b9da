import { conversationOf, type ChatMessage, type MessageText } from '../../core/text/conversation';
import type { Token } from '../../core/text/token';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { TextModel } from '../models/textModel';
import { during } from '../models/workPhase';
import { TemplateOverrun } from '../templates/renderTemplate';
import { longestText } from './longestText';
import type { ModelInput } from './tokenize';

/** Where a message, or a part of it, stands in what a chat template wrote. */
interface Place {
  readonly message: MessageText;
  /** Where it begins in what the template wrote. */
  readonly from: number;
  /** How much of the message's content comes before it, and how long it is. */
  readonly skipped: number;
  readonly length: number;
}

/** Letters that no template asks for, around a message's number: what a template makes of them tells where it puts messages. */
const [markStart, markEnd] = ['\ue000', '\ue001'];

/**
 * A text as a conversation ({@link conversationOf}) in the model's chat template: what the template adds counts as special
 * tokens, without a place in the text. Where the last message is not the assistant's, the assistant's turn is begun.
 * @param read the tokens of a text that holds its special tokens already.
 * @throws {InferenceFault} where the model has no template, the template refuses the messages, or they are longer than its context.
 */
export async function tokenizeChat(
  { tokenizer, info }: TextModel,
  text: string,
  read: (whole: string) => Token[],
): Promise<ModelInput> {
  if (!(tokenizer as unknown as { chat_template?: unknown }).chat_template) {
    throw new InferenceFault(
      InferenceErrorCode.template,
      `${info.id} has no chat template; explain the text as it is, or choose a model that was trained to chat.`,
    );
  }
  const messages = attempt(
    () => conversationOf(text),
    message => message,
  );
  const characters = messages.reduce((sum, { content }) => sum + content.length, 0);
  if (characters > longestText(info.contextLength)) {
    throw new InferenceFault(
      InferenceErrorCode.text,
      `This message has ${characters.toLocaleString('en')} characters, more than the ${info.contextLength.toLocaleString('en')} tokens that ${info.id} takes can hold; select less.`,
    );
  }
  const said = messages.flatMap(message => message.parts ?? [message]);
  let asParts = true;
  const render = (contents: readonly string[]): string => {
    const left = [...contents];
    return tokenizer.apply_chat_template(
      messages.map(({ role, parts }) => {
        const texts = left.splice(0, parts?.length ?? 1);
        return { role, content: parts && asParts ? texts.map(text => ({ type: 'text', text })) : texts.join('\n') };
      }),
      { tokenize: false, add_generation_prompt: messages.at(-1)?.role !== 'assistant' },
    );
  };
  const inTemplate = (contents: readonly string[], sentence: (reason: string) => string): Promise<string> =>
    during('template', info.id, () =>
      attempt(
        () => render(contents),
        (reason, error) =>
          error instanceof TemplateOverrun
            ? `The chat template of ${info.id} ${reason}; choose another model, or explain the text as it is.`
            : sentence(reason),
        InferenceErrorCode.template,
      ),
    );
  if (messages.some(({ parts }) => parts)) {
    // Most templates know texts alone: they refuse parts, or write them as code.
    const inParts = await inTemplate(marks(said), reason => reason).catch(() => '');
    asParts = marks(said).every(mark => inParts.includes(mark)) && !/["']type["']\s*:/.test(inParts);
  }
  const whole = await inTemplate(
    said.map(({ content }) => content),
    reason =>
      `The chat template of ${info.id} does not take these messages (${reason.replace(/\.$/, '')}); change them, or explain the text as it is.`,
  );
  const tokens = await during('tokenizing', info.id, () => read(whole));
  if (tokens.length > info.contextLength) {
    throw new InferenceFault(
      InferenceErrorCode.text,
      `This message has ${tokens.length} tokens, and ${info.id} takes ${info.contextLength}; select less.`,
    );
  }
  const marked = await inTemplate(
    marks(said),
    reason => `The chat template of ${info.id} fails: ${reason.replace(/\.$/, '')}.`,
  );
  const places = placesIn(whole, said, marked);
  const inOrder = places.filter(({ message }, i) =>
    places.slice(0, i).every(before => before.message.places[0] <= message.places[0]),
  );
  return {
    text,
    tokens: tokensAt(tokens, inOrder),
    notes: messages.flatMap((message, i) => {
      const notes = (message.parts ?? [message]).flatMap(part =>
        noteOn(
          { ...part, role: message.role },
          i,
          messages.length,
          places.filter(place => place.message === part),
          inOrder,
          info.id,
        ),
      );
      return [...new Set(notes)];
    }),
  };
}

/** What stands for each text, so that one sees where a template puts it. */
function marks(said: readonly MessageText[]): string[] {
  return said.map((_, i) => `${markStart}${i}${markEnd}`);
}

function attempt<T>(
  work: () => T,
  sentence: (reason: string, error: unknown) => string,
  code = InferenceErrorCode.text,
): T {
  try {
    return work();
  } catch (error) {
    throw new InferenceFault(code, sentence((error as Error).message, error), error);
  }
}

/**
 * Where messages stand in what a template wrote of them.
 * @param marked what it wrote of their numbers: what stands between those stands between the messages, too.
 */
function placesIn(whole: string, messages: readonly MessageText[], marked: string): Place[] {
  const [before, ...parts] = marked.split(new RegExp(`${markStart}(\\d+)${markEnd}`));
  const places: Place[] = [];
  if (!whole.startsWith(before)) return places;
  let at = before.length;
  for (let i = 0; i < parts.length; i += 2) {
    const message = messages[Number(parts[i])];
    const next = parts[i + 1];
    const { content } = message;
    // As it is, trimmed, or (what a template cuts itself) what stands there as far as it is a part of the content.
    const known = [content, content.trim(), content.trimStart(), content.trimEnd()].find(candidate =>
      whole.startsWith(candidate + next, at),
    );
    const end = known === undefined ? (next === '' ? whole.length : whole.indexOf(next, at)) : at + known.length;
    if (end < 0) return places;
    const written = whole.slice(at, end);
    const skipped = content.lastIndexOf(written);
    if (written !== '' && skipped >= 0) places.push({ message, from: at, skipped, length: written.length });
    at = end + next.length;
  }
  return places;
}

/** Tokens of what a template wrote as tokens of the text that the messages were read from. */
function tokensAt(tokens: readonly Token[], places: readonly Place[]): Token[] {
  let end = places[0]?.message.places[places[0].skipped] ?? 0;
  return tokens.map(token => {
    const place =
      token.special || token.end <= token.start
        ? undefined
        : places.find(({ from, length }) => token.end > from && token.start < from + length);
    if (!place) return { ...token, start: end, end, special: true };
    const { message, from, skipped, length } = place;
    const [first, last] = [Math.max(token.start - from, 0), Math.min(token.end - from, length)].map(
      offset => message.places[skipped + offset],
    );
    end = last;
    return { ...token, start: first, end: last, special: false };
  });
}

/** What is to be known of a message that does not stand in the template as the text has it; white space around it says nothing. */
function noteOn(
  { role, content }: Pick<ChatMessage, 'role' | 'content'>,
  index: number,
  count: number,
  places: readonly Place[],
  inOrder: readonly Place[],
  id: string,
): string[] {
  const name = count > 1 ? `message ${index + 1} (${role})` : 'the message';
  if (content.trim() === '') return [];
  if (places.length === 0) return [`The chat template of ${id} leaves out or rewrites ${name}.`];
  if (!inOrder.includes(places[0])) {
    return [`The chat template of ${id} moves ${name}, so its tokens are tied to no place in the text.`];
  }
  const written = places.reduce((sum, { length }) => sum + length, 0);
  return written < content.trim().length ? [`The chat template of ${id} leaves out a part of ${name}.`] : [];
}
