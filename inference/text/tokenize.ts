import { alignTokens as alignAll, type Piece } from '../../core/text/alignTokens';
import type { Token } from '../../core/text/token';
import type { PairedText } from '../../core/text/pairedText';
import type { TextPair } from '../../core/text/textPair';
import type { TokenizedText } from '../../core/text/tokenizedText';
import type { TextModel } from '../models/textModel';
import { partsOf } from '../models/vocabularyText';
import { withPatterns } from '../models/withinTime';
import { during } from '../models/workPhase';
import { beginningOf, longestText } from './longestText';
import { pairTemplate } from './pairTemplate';
import type { PlannedWriting } from './planWriting';
import { tokenizeChat } from './tokenizeChat';
import { joinedTexts, tokenizePair } from './tokenizePair';

/** A text as a model reads it: `text` is what the tokens cover of it, all or its beginning. */
export interface ModelInput extends TokenizedText {
  readonly cut?: { readonly tokensKept: number; readonly tokensLeftOut: number };
  /** What is to be known of how it is read, a sentence each. */
  readonly notes?: readonly string[];
  /** Where it is two texts, and which of them each token is of (`token_type_ids`). */
  readonly pair?: TextPair;
  readonly types?: readonly number[];
}

/**
 * The tokens of a text with the special tokens that the model expects around it. Where they are more than the context,
 * the end of the text is left out, and the special tokens at the end stay.
 * @param chat whether the text is a message or a conversation, which the model's chat template is put around.
 * @param second a text that is read with it, as its pair; without it, two texts with the tokenizer's separator between them
 * become one too.
 * @param plan what an encoder-decoder is told before the text: such tokens count as special ones, without a place in it.
 */
export async function tokenize(
  open: TextModel,
  text: string,
  { chat = false, second, plan }: { chat?: boolean; second?: PairedText; plan?: PlannedWriting } = {},
): Promise<ModelInput> {
  const { tokenizer, info } = open;
  if (!chat) {
    return during('tokenizing', info.id, () => textsOf(open, text, second) ?? tokenizeText(open, text, plan));
  }
  return tokenizeChat(open, text, whole =>
    alignTokens(
      open,
      whole,
      pieces(tokenizer.encode(whole, { add_special_tokens: false }), tokenizer, specialIds(tokenizer)),
    ),
  );
}

/** The tokens of two texts, or of one with what is to be known of it; undefined where it is a text like any other. */
function textsOf(open: TextModel, text: string, second: PairedText | undefined): ModelInput | undefined {
  const template = pairTemplate(open);
  if (typeof template === 'string') {
    if (second === undefined) return undefined;
    return { ...tokenizeText(open, text), notes: [`${template}, so the other text is left out.`] };
  }
  const { tokenizer } = open;
  const found = second === undefined ? template.separator.split(text) : undefined;
  if (typeof found === 'number') {
    return {
      ...tokenizeText(open, text),
      notes: [
        `${template.separator.written} parts ${found} texts here, which are read as one; leave it between two, and they are read as a pair.`,
      ],
    };
  }
  const { text: whole, places } = second
    ? joinedTexts(...(second.goesFirst ? ([second.text, text] as const) : ([text, second.text] as const)))
    : { text, places: found };
  if (!places) return undefined;
  const special = specialIds(tokenizer);
  return tokenizePair(open, whole, places, template, (part, ids) =>
    alignTokens(open, part, pieces(ids, tokenizer, special)),
  );
}

/** Finds tokens in a text again, by the tokenizer's own patterns. */
function alignTokens({ family, info }: TextModel, text: string, found: readonly Piece[]): Token[] {
  return withPatterns(info.id, () => alignAll(text, found, family));
}

function tokenizeText(open: TextModel, text: string, plan?: PlannedWriting): ModelInput {
  const { tokenizer, info } = open;
  const prefix = plan?.prefix ?? '';
  // What is far longer than the context is cut before it is tokenized.
  const begun = beginningOf(text, longestText(info.contextLength));
  const read = prefix + begun;
  const special = new Set([...specialIds(tokenizer), ...(plan?.leading ?? [])]);
  const ids = withLanguage(tokenizer.encode(read), plan, special);
  let ending = 0;
  while (ending < ids.length && special.has(ids[ids.length - 1 - ending])) ending++;
  const left = ids.length - info.contextLength;
  const kept = left > 0 ? [...ids.slice(0, info.contextLength - ending), ...ids.slice(ids.length - ending)] : ids;
  const aligned = alignTokens(open, read, pieces(kept, tokenizer, special));
  const tokens =
    prefix === '' ? aligned : placedIn(aligned, prefix.length, read.length - prefix.length, -prefix.length);
  if (left <= 0 && begun.length === text.length) return { text, tokens };
  const perCharacter = ids.length / read.length;
  const covered = text.slice(
    0,
    tokens.reduce((most, { end }) => Math.max(most, end), 0),
  );
  return {
    text: covered,
    tokens,
    cut: {
      tokensKept: kept.length,
      tokensLeftOut: Math.max(left, 0) + Math.round((text.length - begun.length) * perCharacter),
    },
  };
}

/**
 * Tokens of something around a text as tokens of the text: what lies outside counts as special, without a place.
 * @param from where the text begins in what the tokens' places count, and how long it is.
 * @param offset what makes a place in the text of one in the whole.
 */
function placedIn(tokens: readonly Token[], from: number, length: number, offset: number): Token[] {
  const place = (at: number) => Math.min(from + length, Math.max(from, at)) + offset;
  return tokens.map(token => {
    const special = token.special || token.end <= from || token.start >= from + length || token.end <= token.start;
    return { ...token, start: place(token.start), end: special ? place(token.start) : place(token.end), special };
  });
}

/** Token ids with the language that was chosen: in place of the one that the tokenizer puts beside a text, or before all. */
function withLanguage(
  ids: readonly number[],
  plan: PlannedWriting | undefined,
  special: ReadonlySet<number>,
): number[] {
  if (plan?.source !== undefined) {
    const { source, languageIds } = plan;
    const end = ids.length - [...ids].reverse().findIndex(id => !special.has(id));
    const start = ids.findIndex(id => !special.has(id));
    const at = ids.findIndex((id, i) => languageIds.has(id) && (i < start || start < 0 || i >= end));
    return at < 0 ? [source, ...ids] : ids.map((id, i) => (i === at ? source : id));
  }
  return [...(plan?.leading ?? []), ...ids];
}

/** The tokens of a text that the model wrote; `ids` may begin with special tokens that stand for no text. */
export function tokensOfOutput(open: TextModel, ids: readonly number[]): TokenizedText {
  const { tokenizer } = open;
  const text = tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false });
  return { text, tokens: alignTokens(open, text, pieces(ids, tokenizer, specialIds(tokenizer))) };
}

/**
 * A text that a causal model continued: `ids` are the text's tokens and, from `writtenFrom` on, those it wrote.
 * @param message the text's tokens where it was a user's message; the answer then stands in a line of its own.
 */
export function tokensOfContinued(
  open: TextModel,
  text: string,
  ids: readonly number[],
  writtenFrom: number,
  message?: readonly Token[],
): TokenizedText {
  const { tokenizer } = open;
  if (message) {
    // What stands around a message is not in the text: what was written is aligned by itself.
    const written = decoded(tokenizer, ids.slice(writtenFrom));
    const after = alignTokens(open, written, pieces(ids.slice(writtenFrom), tokenizer, specialIds(tokenizer)));
    const answer = `${text}\n`;
    return {
      text: answer + written,
      tokens: [
        ...message,
        ...after.map(token => ({ ...token, start: token.start + answer.length, end: token.end + answer.length })),
      ],
    };
  }
  const whole = text + decoded(tokenizer, ids.slice(writtenFrom));
  return { text: whole, tokens: alignTokens(open, whole, pieces(ids, tokenizer, specialIds(tokenizer))) };
}

/** What tokens read; nothing for none, where a model ended a text at once (transformers.js decodes no empty list). */
function decoded(tokenizer: TextModel['tokenizer'], ids: readonly number[]): string {
  return ids.length === 0
    ? ''
    : tokenizer.decode([...ids], { skip_special_tokens: true, clean_up_tokenization_spaces: false });
}

function pieces(ids: readonly number[], tokenizer: TextModel['tokenizer'], special: ReadonlySet<number>): Piece[] {
  const { _tokenizer } = partsOf(tokenizer);
  return ids.map(id => ({ id, piece: _tokenizer.id_to_token(id) ?? '', special: special.has(id) }));
}

/** The tokens that stand for no text. One that is for unknown characters only stands for those. */
function specialIds(tokenizer: TextModel['tokenizer']): Set<number> {
  const { all_special_ids, unk_token_id, bos_token_id, eos_token_id } = partsOf(tokenizer);
  const ids = new Set(all_special_ids);
  if (unk_token_id !== undefined && unk_token_id !== bos_token_id && unk_token_id !== eos_token_id) {
    ids.delete(unk_token_id);
  }
  return ids;
}
