import { getNodeValue, parseTree, type Node, type ParseError } from 'jsonc-parser';

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
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const list = root?.type === 'object' ? memberOf(root, 'messages') : root;
  const nodes = list?.type === 'array' ? list.children ?? [] : [];
  if (errors.length > 0 || nodes.length === 0 || memberOf(nodes[0], 'role')?.type !== 'string') {
    return [{ role: 'user', content: text, places: Array.from({ length: text.length + 1 }, (_, i) => i) }];
  }
  return nodes.map((node, i) => {
    const [role, content] = [memberOf(node, 'role'), memberOf(node, 'content')];
    if (role?.type !== 'string' || content?.type !== 'string') {
      throw new Error(`Message ${i + 1} of this conversation lacks ${role?.type === 'string' ? 'its “content” as text' : 'its “role”'}; give each message a “role” and a “content”.`);
    }
    return { role: getNodeValue(role) as string, content: getNodeValue(content) as string, places: placesOf(text, content) };
  });
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

/** A member's value; the last one of that name counts, as for JSON.parse. */
function memberOf(node: Node, name: string): Node | undefined {
  if (node.type !== 'object') return undefined;
  return node.children?.findLast(({ children }) => children?.[0].value === name)?.children?.[1];
}

/** Where each code unit of a string begins in its literal, and where the last one ends: an escape stands for one unit. */
function placesOf(text: string, { offset, length }: Node): number[] {
  const places: number[] = [];
  let at = offset + 1;
  while (at < offset + length - 1) {
    places.push(at);
    at += text[at] !== '\\' ? 1 : text[at + 1] === 'u' ? 6 : 2;
  }
  return [...places, at];
}
