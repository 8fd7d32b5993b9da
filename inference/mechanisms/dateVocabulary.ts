import type { ModelReference } from '../../core/protocol/modelReference';
import type { MechanismId } from '../../core/mechanisms/mechanisms';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import { readJson } from '../models/readJson';
import type { Padding } from './mechanismModel';

/** What stands beside the four models: how they number characters, and what is known of them. */
export interface DateVocabulary {
  readonly vocab_in: Readonly<Record<string, number>>;
  readonly vocab_out: string;
  readonly specials: { readonly pad: number; readonly bos: number; readonly eos: number; readonly unk: number };
  /** The most that they read, with the marks at both ends. */
  readonly max_source: number;
  readonly steps: number;
  readonly models: Readonly<Record<MechanismId, { readonly params: number; readonly exact: number }>>;
}

/** Texts are filled up to the most that the models read: they were trained so, and read a bare text as none that they know. */
export function datePadding({ specials, max_source }: DateVocabulary): Padding {
  return { id: specials.pad, length: max_source };
}

/** A date as numbers. */
export interface DateTokens {
  readonly text: string;
  readonly ids: readonly number[];
  readonly characters: readonly string[];
  readonly unknown: readonly string[];
}

/** What the marks at both ends are called. */
export const endMarks = ['⊢', '⊣'] as const;

/** Reads the vocabulary of a folder. @throws {InferenceFault} where it is missing or broken. */
export async function dateVocabulary(reference: ModelReference): Promise<DateVocabulary> {
  return (await readJson(reference, 'alignment.json')) as unknown as DateVocabulary;
}

/** A text as the models read it: in lower case, spaces as one. @throws {InferenceFault} where there is none, or too much. */
export function dateTokens(written: string, { vocab_in, specials, max_source }: DateVocabulary): DateTokens {
  const text = written.trim().toLowerCase().replace(/\s+/gu, ' ');
  const own = [...text];
  if (own.length === 0) throw new InferenceFault(InferenceErrorCode.text, 'There is no date; type one.');
  if (own.length > max_source - 2) {
    throw new InferenceFault(
      InferenceErrorCode.text,
      `The models read at most ${max_source - 2} characters, and this is ${own.length.toLocaleString('en')}; type a date alone.`,
    );
  }
  return {
    text,
    ids: [specials.bos, ...own.map(character => vocab_in[character] ?? specials.unk), specials.eos],
    characters: [endMarks[0], ...own, endMarks[1]],
    unknown: [...new Set(own.filter(character => vocab_in[character] === undefined))],
  };
}
