import { listIn, patternIn, recordIn, textIn, type UntypedRecord } from './untyped';
import { lowerCase, replaceMatches, strip, type TextChange } from './textChange';
import { tokenizerNormalizer } from './tokenizerNormalizer';

/** How a tokenizer writes text as pieces: all that {@link alignTokens} must know to find the pieces in the text again. */
export interface TokenizerFamily extends Surroundings {
  /** Pieces are bytes in GPT-2's alphabet (`Ġitems`). */
  readonly byteLevel: boolean;
  /** The mark of a space (`▁`); empty where spaces are written otherwise. */
  readonly space: string;
  /** What a piece begins with that goes on a word (`##`), or nothing. */
  readonly continuing: string;
  /** What a piece ends with that ends a word (`</w>`), or nothing. */
  readonly wordEnd: string;
  /** The piece that stands for what the vocabulary lacks, if any, and how much text one of them stands for. */
  readonly unknown: { readonly piece: string; readonly covers: 'word' | 'character' | 'run' } | undefined;
  /** Characters that are pieces by themselves, so never unknown. */
  readonly known: ReadonlySet<string>;
  /** White space is cut away before the vocabulary is asked: no piece holds any of the text's. */
  readonly dropsSpaces: boolean;
  /** What the text is cut into before the vocabulary is asked; the ends of the matches are the ends of words. */
  readonly words: readonly RegExp[];
  /** The changes made to a text first. */
  readonly changes: readonly TextChange[];
  /** Tokens that are taken from the text as a whole before all else (`<|endoftext|>`, `[MASK]`). */
  readonly added: ReadonlyMap<string, AddedToken>;
}

/** The special tokens that are put before and after a text. */
interface Surroundings {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A token that is taken from the text as a whole, with the white space beside it if it strips that. */
export interface AddedToken {
  readonly stripsLeft: boolean;
  readonly stripsRight: boolean;
  /** Looked for in the text after its changes, not before. */
  readonly normalized: boolean;
}

const punctuation = '\\p{P}\\u0021-\\u002F\\u003A-\\u0040\\u005B-\\u0060\\u007B-\\u007E';
const metaspace = '\u2581';

/**
 * Reads from a parsed tokenizer.json (and, where given, tokenizer_config.json) how its pieces are to be found in a text.
 * Anything may be missing or misshapen: what cannot be read is taken as not being there.
 */
export function tokenizerFamily(tokenizerJson: unknown, tokenizerConfig?: unknown): TokenizerFamily {
  const json = recordIn(tokenizerJson);
  const config = recordIn(tokenizerConfig);
  const model = recordIn(json.model);
  const cutters = steps(json.pre_tokenizer, 'pretokenizers');
  const decoders = steps(json.decoder, 'decoders');
  const normalizers = steps(json.normalizer, 'normalizers');
  const all = [...cutters, ...decoders, ...normalizers];
  const has = (list: readonly UntypedRecord[], type: string) => list.some(step => step.type === type);
  const marked =
    all.find(step => step.type === 'Metaspace') ??
    all.find(
      step => step.type === 'Replace' && (step.content === metaspace || recordIn(step.pattern).String === metaspace),
    );
  const space = marked ? textIn(marked.type === 'Metaspace' ? marked.replacement : '') || metaspace : '';
  const modelType = kindOf(model);
  return {
    byteLevel: has(cutters, 'ByteLevel') || has(decoders, 'ByteLevel'),
    space,
    continuing:
      textIn(model.continuing_subword_prefix) || textIn(decoders.find(step => step.type === 'WordPiece')?.prefix),
    wordEnd: textIn(model.end_of_word_suffix) || textIn(decoders.find(step => step.type === 'BPEDecoder')?.suffix),
    unknown: unknownOf(model, modelType),
    known: knownCharacters(model.vocab),
    dropsSpaces: ['BertPreTokenizer', 'Whitespace', 'WhitespaceSplit'].some(type => has(cutters, type)),
    words: cutters.flatMap(wordsOf),
    changes: [
      ...(config.remove_space === true ? [strip(true, true), replaceMatches(/\s+/g, ' ')] : []),
      ...(config.do_lowercase_and_remove_accent === true ? [lowerCase, replaceMatches(/\p{M}/gu, '')] : []),
      ...tokenizerNormalizer(json.normalizer),
      ...cutters.flatMap(step => (step.type === 'Replace' ? tokenizerNormalizer(step) : [])),
    ],
    added: addedTokens(json.added_tokens),
    ...surroundings(json.post_processor),
  };
}

/** The parts of a sequence, nested ones unfolded; a single step is a sequence of one. */
function steps(step: unknown, parts: string): UntypedRecord[] {
  const one = recordIn(step);
  if (one.type === 'Sequence') return listIn(one[parts]).flatMap(part => steps(part, parts));
  return typeof one.type === 'string' ? [one] : [];
}

function kindOf(model: UntypedRecord): string {
  if (typeof model.type === 'string') return model.type;
  if (Array.isArray(model.vocab)) return 'Unigram';
  return model.merges !== undefined ? 'BPE' : 'WordPiece';
}

function unknownOf(model: UntypedRecord, type: string): TokenizerFamily['unknown'] {
  if (type === 'Unigram') {
    const entry: unknown = listIn(model.vocab)[Number(model.unk_id ?? NaN)];
    const piece = textIn(listIn(entry)[0]);
    return piece ? { piece, covers: 'run' } : undefined;
  }
  const piece = textIn(model.unk_token);
  if (!piece) return undefined;
  if (type === 'BPE') return { piece, covers: model.fuse_unk === true ? 'run' : 'character' };
  return { piece, covers: 'word' };
}

function knownCharacters(vocab: unknown): Set<string> {
  const pieces = Array.isArray(vocab) ? vocab.map(entry => textIn(listIn(entry)[0])) : Object.keys(recordIn(vocab));
  const known = new Set<string>();
  for (const piece of pieces) {
    // One character, be it of two UTF-16 units.
    if (piece.length === 1 || (piece.length === 2 && piece.codePointAt(0)! > 0xffff)) {
      known.add(piece === metaspace ? ' ' : piece);
    }
  }
  return known;
}

function wordsOf(cutter: UntypedRecord): RegExp[] {
  switch (cutter.type) {
    case 'BertPreTokenizer':
      return [new RegExp(`[^\\s${punctuation}]+|[${punctuation}]`, 'gu')];
    case 'Whitespace':
      return [/\w+|[^\w\s]+/g];
    case 'WhitespaceSplit':
      return [/\S+/g];
    case 'Punctuation':
      return [new RegExp(`[${punctuation}]+`, 'gu')];
    case 'Digits':
      return [cutter.individual_digits === true ? /\d/gu : /\d+/gu];
    case 'Split': {
      const pattern = patternIn(cutter.pattern);
      return pattern ? [pattern] : [];
    }
    default:
      return [];
  }
}

function addedTokens(list: unknown): Map<string, AddedToken> {
  const added = new Map<string, AddedToken>();
  for (const entry of listIn(list)) {
    const { content, lstrip, rstrip, normalized, special } = recordIn(entry);
    if (typeof content !== 'string' || content === '') continue;
    added.set(content, {
      stripsLeft: lstrip === true,
      stripsRight: rstrip === true,
      normalized: typeof normalized === 'boolean' ? normalized : special !== true,
    });
  }
  return added;
}

function surroundings(postProcessor: unknown): Surroundings {
  const before: string[] = [];
  const after: string[] = [];
  for (const step of steps(postProcessor, 'processors')) {
    if (step.type === 'BertProcessing' || step.type === 'RobertaProcessing') {
      before.push(textIn(listIn(step.cls)[0]));
      after.push(textIn(listIn(step.sep)[0]));
    }
    if (step.type !== 'TemplateProcessing') continue;
    let passed = false;
    for (const part of listIn(step.single).map(recordIn)) {
      if ('Sequence' in part) passed = true;
      else (passed ? after : before).push(textIn(recordIn(part.SpecialToken).id));
    }
  }
  return { before, after };
}
