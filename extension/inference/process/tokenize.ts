import { alignTokens, type Piece } from '../../../core/text/alignTokens';
import { pieceText } from '../../../core/text/pieceBytes';
import type { Token } from '../../../core/text/token';
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
 */
export function tokenize({ tokenizer, family, info }: OpenModel, text: string): TokenizedText {
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

/** The tokens of a text that the model wrote; `ids` may begin with special tokens that stand for no text. */
export function tokensOfOutput({ tokenizer, family }: OpenModel, ids: readonly number[]): { text: string; tokens: Token[] } {
  const text = tokenizer.decode([...ids], { skip_special_tokens: true });
  return { text, tokens: alignTokens(text, pieces(ids, tokenizer, specialIds(tokenizer)), family) };
}

/** A text that a causal model continued: `ids` are the text's tokens and, from `writtenFrom` on, those it wrote. */
export function tokensOfContinued(
  { tokenizer, family }: OpenModel, text: string, ids: readonly number[], writtenFrom: number,
): { text: string; tokens: Token[] } {
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
