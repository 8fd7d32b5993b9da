import { listIn, recordIn } from './untyped';

/** What a message says, or a part of it, and where that lies in the text that the conversation was read from. */
export interface MessageText {
  readonly content: string;
  /** Where each UTF-16 code unit of the content begins in the text, and at last where the content ends. */
  readonly places: readonly number[];
}

/** One message of a conversation. */
export interface ChatMessage extends MessageText {
  /** `system`, `user`, `assistant`, or what else a model's template knows. */
  readonly role: string;
  /** Where the content is a list of parts, each by itself; the message's own content is then their lines. */
  readonly parts?: readonly MessageText[];
}

/**
 * Reads a text as a conversation: a JSON list of messages with `role` and `content`, or an object with such a list as
 * `messages`, as chat templates, chat services and files of training data (JSON Lines) have them. Any other text is one
 * message of the user.
 * @throws Error with one sentence, where a list of messages has one that cannot be read.
 */
export function conversationOf(text: string): ChatMessage[] {
  const { list, path } = messagesOf(text);
  if (typeof recordIn(list[0]).role !== 'string') {
    return [{ role: 'user', content: text, places: Array.from({ length: text.length + 1 }, (_, i) => i) }];
  }
  const literals = stringLiterals(text);
  return list.map((message, i) => {
    const { role, content } = recordIn(message);
    const at = (...rest: readonly (string | number)[]): number[] =>
      placesOf(text, literals.get(JSON.stringify([...path, i, 'content', ...rest]))!);
    if (typeof role !== 'string' || !(typeof content === 'string' || (Array.isArray(content) && content.length > 0))) {
      throw new Error(
        `Message ${i + 1} of this conversation lacks ${typeof role === 'string' ? 'its “content” as text' : 'its “role”'}; give each message a “role” and a “content”.`,
      );
    }
    if (typeof content === 'string') return { role, content, places: at() };
    const parts = listIn(content).map((part, which): MessageText => {
      const { type, text: words } = recordIn(part);
      if (typeof words === 'string' && (type === undefined || type === 'text')) {
        return { content: words, places: at(which, 'text') };
      }
      const other = typeof type === 'string' && type !== 'text';
      throw new Error(
        other
          ? `Message ${i + 1} of this conversation has a part of the type “${type}”; leave it out, since only texts are read here.`
          : `Part ${which + 1} of message ${i + 1} of this conversation lacks its “text”; give each part a “type” and a “text”.`,
      );
    });
    return { role, ...inLines(parts), parts };
  });
}

/** Texts as lines of one. */
function inLines(parts: readonly MessageText[]): MessageText {
  return {
    content: parts.map(({ content }) => content).join('\n'),
    // A line break stands where the text before it ends.
    places: parts.flatMap(({ places }) => places),
  };
}

/** Whether a text holds a conversation: a list of messages, and not only a text that can be one message. */
export function holdsConversation(text: string): boolean {
  return /^\s*[[{]/.test(text) && typeof recordIn(messagesOf(text).list[0]).role === 'string';
}

/** What a text is given to a chat model as, in words: `as a message`, `as a conversation of 3 messages`. */
export function conversationWords(text: string): string {
  try {
    const { length } = conversationOf(text);
    return length > 1 ? `as a conversation of ${length} messages` : 'as a message';
  } catch {
    return 'as a conversation';
  }
}

function messagesOf(text: string): { readonly list: readonly unknown[]; readonly path: readonly string[] } {
  try {
    const json: unknown = JSON.parse(text);
    return Array.isArray(json)
      ? { list: json, path: [] }
      : { list: listIn(recordIn(json).messages), path: ['messages'] };
  } catch {
    return { list: [], path: [] };
  }
}

/** Where the strings of a JSON text begin, by their paths as JSON (`["messages",0,"content"]`); the last one of a name counts, as for JSON.parse. */
function stringLiterals(json: string): Map<string, number> {
  const literals = new Map<string, number>();
  const path: (string | number)[] = [];
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[[\]{},]/g)) {
    if (token === '[') path.push(0);
    else if (token === '{') path.push('');
    else if (token === ']' || token === '}') path.pop();
    else if (token === ',') path.push(nextKey(path.pop()));
    else if (token.endsWith(':')) path[path.length - 1] = JSON.parse(token.slice(0, -1)) as string;
    else literals.set(JSON.stringify(path), index);
  }
  return literals;
}

function nextKey(key: string | number | undefined): string | number {
  return typeof key === 'number' ? key + 1 : '';
}

/** Where each code unit of a string begins in its literal, and where the last one ends: an escape stands for one unit. */
function placesOf(text: string, start: number): number[] {
  const places: number[] = [];
  let at = start + 1;
  while (text[at] !== '"') {
    places.push(at);
    at += text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2;
  }
  return [...places, at];
}
