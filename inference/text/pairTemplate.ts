import { PairSeparator } from '../../core/text/pairSeparator';
import type { TextModel } from '../models/textModel';
import { partsOf } from '../models/vocabularyText';

/** What a tokenizer puts around and between two texts, and which type each has. */
export interface PairTemplate {
  readonly before: readonly SpecialPiece[];
  readonly between: readonly SpecialPiece[];
  readonly after: readonly SpecialPiece[];
  /** The types of the two texts' own tokens. */
  readonly typeOfA: number;
  readonly typeOfB: number;
  /** Finds two texts in one. */
  readonly separator: PairSeparator;
}

export interface SpecialPiece {
  readonly id: number;
  readonly piece: string;
  readonly type: number;
}

/** Pieces that stand for the texts while a tokenizer's post-processor shows what it puts around them: no vocabulary has them. */
const [markA, markB] = ['\ue000A', '\ue000B'];

const templates = new WeakMap<TextModel, PairTemplate | string>();

/**
 * What a model's tokenizer makes of two texts, by its own post-processor.
 * @returns why the model reads no pairs, as the beginning of a sentence, where it does not.
 */
export function pairTemplate(open: TextModel): PairTemplate | string {
  let template = templates.get(open);
  if (template === undefined) templates.set(open, (template = templateOf(open)));
  return template;
}

function templateOf({ tokenizer, info, sessions, model }: TextModel): PairTemplate | string {
  const sites = Object.values(sessions).flatMap(session => session.sites);
  const readsOne = `${info.id} reads one text at a time`;
  if (info.task === 'text2text-generation') return `${readsOne} (it was made to turn one into another)`;
  if (info.task === 'text-generation' || sites.every(({ causal }) => causal)) return `${readsOne} (it is causal)`;
  if (/^(mt5|t5|umt5)$/.test(info.architecture)) return `${readsOne} (it was not trained on pairs)`;
  const { _tokenizer } = partsOf(tokenizer);
  const { post_processor: process } = _tokenizer;
  const { tokens, token_type_ids: types } = process?.([markA], [markB], true) ?? { tokens: [] };
  const [a, b] = [tokens.indexOf(markA), tokens.indexOf(markB)];
  if (a < 0 || b <= a + 1) return `${readsOne} (its tokenizer has no separator)`;
  // RoBERTa’s have one type, whatever transformers.js says; a graph has as many as its configuration states.
  const known = Number((model.config as { type_vocab_size?: unknown }).type_vocab_size ?? 2);
  const isRoberta = typeOfProcessor(process?.config) === 'RobertaProcessing';
  const typeAt = (at: number) => (isRoberta || (types?.[at] ?? 0) >= known ? 0 : (types?.[at] ?? 0));
  const special = (from: number, to: number): SpecialPiece[] =>
    tokens.slice(from, to).flatMap((piece, i) => {
      const id = _tokenizer.token_to_id(piece);
      return id === undefined ? [] : [{ id, piece, type: typeAt(from + i) }];
    });
  const [before, between, after] = [special(0, a), special(a + 1, b), special(b + 1, tokens.length)];
  if (between.length === 0) return `${readsOne} (its tokenizer has no separator)`;
  const pieces = (of: readonly SpecialPiece[]) => of.map(({ piece }) => piece);
  return {
    before,
    between,
    after,
    typeOfA: typeAt(a),
    typeOfB: typeAt(b),
    separator: new PairSeparator(pieces(before), pieces(between), pieces(after)),
  };
}

/** What kind of post-processor decides; of a sequence the last that puts something around texts. */
function typeOfProcessor(config: unknown): string | undefined {
  const { type, processors } = (config ?? {}) as { type?: string; processors?: readonly { type?: string }[] };
  return processors?.map(each => each.type).findLast(each => each !== 'ByteLevel') ?? type;
}
