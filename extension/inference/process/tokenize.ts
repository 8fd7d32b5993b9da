import { alignTokens, type Piece } from '../../../core/text/alignTokens';
import { pieceText } from '../../../core/text/pieceBytes';
import type { Token } from '../../../core/text/token';
import { InferenceErrorCode } from '../../../core/protocol/inferenceProtocol';
import { InferenceFault } from './inferenceFault';
import type { OpenModel } from './openModel';

/** A longer text is cut before it is tokenized; what fits in any model's context is far less. */
const mostCharacters = 1_000_000;

/** A text as a model reads it. */
export interface TokenizedText {
  /** What of the text the tokens cover: all of it, or its beginning. */
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly cut?: { readonly tokensKept: number; readonly tokensLeftOut: number };
}

/**
 * The tokens of a text with the special tokens that the model expects around it. Where they are more than the context,
 * the end of the text is left out, and the special tokens at the end stay.
 * @param chat whether the text is a user's message, which the model's chat template is put around.
 */
export function tokenize(open: OpenModel, text: string, chat = false): TokenizedText {
  if (chat) return tokenizeMessage(open, text);
  const { tokenizer, family, info } = open;
  const read = text.slice(0, mostCharacters);
  const ids = tokenizer.encode(read);
  const special = specialIds(tokenizer);
  let ending = 0;
  while (ending < ids.length && special.has(ids[ids.length - 1 - ending])) ending++;
  const left = ids.length - info.contextLength;
  const kept = left > 0 ? [...ids.slice(0, info.contextLength - ending), ...ids.slice(ids.length - ending)] : ids;
  const tokens = alignTokens(read, pieces(kept, tokenizer, special), family);
  if (left <= 0 && read.length === text.length) return { text, tokens };
  const perCharacter = ids.length / read.length;
  const covered = read.slice(0, Math.max(...tokens.map(token => token.end)));
  return {
    text: covered,
    tokens,
    cut: { tokensKept: kept.length, tokensLeftOut: Math.max(left, 0) + Math.round((text.length - read.length) * perCharacter) },
  };
}

/**
 * A text as a user's message: the tokens of the model's chat template around it count as special ones, without a place in the text.
 * @throws {InferenceFault} where the model has no template, or the message is longer than its context.
 */
function tokenizeMessage({ tokenizer, family, info }: OpenModel, text: string): TokenizedText {
  if (!(tokenizer as unknown as { chat_template?: unknown }).chat_template) {
    throw new InferenceFault(InferenceErrorCode.model, `${info.id} has no chat template; explain the text as it is, or choose a model that was trained to chat.`);
  }
  const whole: string = tokenizer.apply_chat_template([{ role: 'user', content: text }], { tokenize: false, add_generation_prompt: true });
  const ids = tokenizer.encode(whole, { add_special_tokens: false });
  if (ids.length > info.contextLength) {
    throw new InferenceFault(InferenceErrorCode.text, `This message has ${ids.length} tokens, and ${info.id} takes ${info.contextLength}; select less.`);
  }
  // Templates trim messages.
  const message = text.trim();
  const from = whole.lastIndexOf(message);
  const offset = text.indexOf(message) - from;
  const inside = ({ start, end }: Token) => end > from && start < from + message.length && end > start;
  const place = (at: number) => Math.min(text.length, Math.max(0, Math.min(from + message.length, Math.max(from, at)) + offset));
  const tokens = alignTokens(whole, pieces(ids, tokenizer, specialIds(tokenizer)), family).map((token): Token => {
    const special = token.special || !inside(token);
    return { ...token, start: place(token.start), end: special ? place(token.start) : place(token.end), special };
  });
  return { text, tokens };
}

/** The tokens of a text that the model wrote; `ids` may begin with special tokens that stand for no text. */
export function tokensOfOutput({ tokenizer, family }: OpenModel, ids: readonly number[]): { text: string; tokens: Token[] } {
  const text = tokenizer.decode([...ids], { skip_special_tokens: true });
  return { text, tokens: alignTokens(text, pieces(ids, tokenizer, specialIds(tokenizer)), family) };
}

/**
 * A text that a causal model continued: `ids` are the text's tokens and, from `writtenFrom` on, those it wrote.
 * @param message the text's tokens where it was a user's message; the answer then stands in a line of its own.
 */
export function tokensOfContinued(
  { tokenizer, family }: OpenModel, text: string, ids: readonly number[], writtenFrom: number, message?: readonly Token[],
): { text: string; tokens: Token[] } {
  if (message) {
    // What stands around a message is not in the text: what was written is aligned by itself.
    const written = tokenizer.decode(ids.slice(writtenFrom), { skip_special_tokens: true, clean_up_tokenization_spaces: false });
    const after = alignTokens(written, pieces(ids.slice(writtenFrom), tokenizer, specialIds(tokenizer)), family);
    const answer = `${text}\n`;
    return { text: answer + written, tokens: [...message, ...after.map(token => ({ ...token, start: token.start + answer.length, end: token.end + answer.length }))] };
  }
  const whole = text + tokenizer.decode(ids.slice(writtenFrom), { skip_special_tokens: true, clean_up_tokenization_spaces: false });
  return { text: whole, tokens: alignTokens(whole, pieces(ids, tokenizer, specialIds(tokenizer)), family) };
}

/** How one token reads, alone; U+FFFD stands for a part of a character. */
export function tokenText(open: OpenModel, id: number): string {
  if (open.graph) return open.names?.[id] ?? String(id);
  const { tokenizer, family } = open;
  const { _tokenizer } = tokenizer as unknown as TokenizerParts;
  return pieceText(_tokenizer.id_to_token(id) ?? '', family);
}

interface TokenizerParts {
  readonly all_special_ids: readonly number[];
  readonly unk_token_id?: number;
  readonly bos_token_id?: number;
  readonly eos_token_id?: number;
  readonly _tokenizer: { id_to_token(id: number): string | undefined };
}

function pieces(ids: readonly number[], tokenizer: OpenModel['tokenizer'], special: ReadonlySet<number>): Piece[] {
  const { _tokenizer } = tokenizer as unknown as TokenizerParts;
  return ids.map(id => ({ id, piece: _tokenizer.id_to_token(id) ?? '', special: special.has(id) }));
}

/** The tokens that stand for no text. One that is for unknown characters only stands for those. */
function specialIds(tokenizer: OpenModel['tokenizer']): Set<number> {
  const { all_special_ids, unk_token_id, bos_token_id, eos_token_id } = tokenizer as unknown as TokenizerParts;
  const ids = new Set(all_special_ids);
  if (unk_token_id !== undefined && unk_token_id !== bos_token_id && unk_token_id !== eos_token_id) ids.delete(unk_token_id);
  return ids;
}
