import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { pieceText } from '../../core/text/pieceBytes';
import type { TokenizerFamily } from '../../core/text/tokenizerFamily';

/** What transformers.js's tokenizers hold besides what their types tell. */
export interface TokenizerParts {
  readonly all_special_ids: readonly number[];
  readonly unk_token_id?: number;
  readonly bos_token_id?: number;
  readonly eos_token_id?: number;
  readonly mask_token_id?: number;
  readonly _tokenizer: {
    id_to_token(id: number): string | undefined;
    token_to_id(token: string): number | undefined;
    /** Puts special tokens around the tokens of a text, or of two. */
    readonly post_processor?:
      | (((
          tokens: string[],
          pair: string[],
          special: boolean,
        ) => { readonly tokens: readonly string[]; readonly token_type_ids?: readonly number[] }) & {
          readonly config?: unknown;
        })
      | null;
  };
}

/** The same tokenizer with all that it holds. */
export function partsOf(tokenizer: PreTrainedTokenizer): TokenizerParts {
  return tokenizer;
}

/** How one token reads, alone; U+FFFD stands for a part of a character. */
export function vocabularyText(
  { tokenizer, family }: { readonly tokenizer: PreTrainedTokenizer; readonly family: TokenizerFamily },
  id: number,
): string {
  return pieceText(partsOf(tokenizer)._tokenizer.id_to_token(id) ?? '', family);
}
