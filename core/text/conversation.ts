import { listIn, recordIn } from './untyped';

/** One message of a conversation, and where it lies in the text that the conversation was read from. */
export interface ChatMessage {
  /** `system`, `user`, `assistant`, or what else a model's template knows. */
  readonly role: string;
  readonly content: string;
  /** Where each UTF-16 code unit of the content begins in the text, and at last where the content ends. */
  readonly places: readonly number[];
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
    if (typeof role !== 'string' || typeof content !== 'string') {
      throw new Error(
        `Message ${i + 1} of this conversation lacks ${typeof role === 'string' ? 'its “content” as text' : 'its “role”'}; give each message a “role” and a “content”.`,
      );
    }
    return { role, content, places: placesOf(text, literals.get(JSON.stringify([...path, i, 'content']))!) };
  });
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
