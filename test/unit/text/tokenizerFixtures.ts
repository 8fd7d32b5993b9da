import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import type { Piece } from '../../../core/text/alignTokens';
import { tokenizerFamily, type TokenizerFamily } from '../../../core/text/tokenizerFamily';

/** A token of a fixture: where Hugging Face's Rust library says it lies, and that widened to whole characters. */
export interface RecordedToken extends Piece {
  readonly offsets: readonly [number, number];
  readonly characters: readonly [number, number];
}

/** The families of which test/fixtures/tokenizers/make.py made a tokenizer each. */
export const recordedFamilies = [
  'bert-uncased',
  'bert-cased',
  'xlm-roberta',
  't5',
  'llama',
  'gemma',
  'qwen',
  'roberta',
  'clip',
  'xlm',
  'word-level',
] as const;

/** A tokenizer from disk: as transformers.js runs it, and as core/text reads it. */
export class TestTokenizer {
  readonly family: TokenizerFamily;
  private readonly tokenizer: Tokenizer;
  private readonly special: ReadonlySet<number>;

  private constructor(json: { added_tokens: { id: number; special: boolean }[] }, config: object) {
    this.family = tokenizerFamily(json, config);
    this.tokenizer = new Tokenizer(json, config);
    this.special = new Set(json.added_tokens.filter(token => token.special).map(token => token.id));
  }

  static builtIn(model: string): TestTokenizer {
    return new TestTokenizer(
      read('media/models', model, 'tokenizer.json'),
      read('media/models', model, 'tokenizer_config.json'),
    );
  }

  static recorded(name: string): TestTokenizer {
    return new TestTokenizer(read('test/fixtures/tokenizers', `${name}.json`), { unk_token: '<unk>' });
  }

  /** A recorded tokenizer with parts of its tokenizer.json, and its tokenizer_config.json, replaced. */
  static changed(name: string, json: object, config: object = {}): TestTokenizer {
    return new TestTokenizer(
      { ...read<{ added_tokens: [] }>('test/fixtures/tokenizers', `${name}.json`), ...json },
      { unk_token: '<unk>', ...config },
    );
  }

  /** The tokens of a text, as the extension gives them to `alignTokens`. */
  pieces(text: string): Piece[] {
    return this.tokenizer
      .encode(text)
      .ids.map(id => ({ id, piece: this.tokenizer.id_to_token(id) ?? '', special: this.special.has(id) }));
  }
}

/** The recorded texts of a family and their tokens. */
export function recorded(name: string): Record<string, { text: string; tokens: RecordedToken[] }> {
  return read('test/fixtures/tokenizers', `${name}.offsets.json`);
}

function read<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(process.cwd(), ...path), 'utf8')) as T;
}
