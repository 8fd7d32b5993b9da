import type { Writing, WritingChoices } from '../../core/models/writing';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';
import type { TextModel } from '../models/textModel';
import { partsOf } from '../models/vocabularyText';

/** How many tokens an encoder-decoder may write where its own settings set no limit. */
const mostNewTokens = 256;

/** What an encoder-decoder reads besides the text, and how it writes. */
export interface PlannedWriting {
  /** What stands before the text. */
  readonly prefix: string;
  /** Tokens before the text that its tokenizer does not write. */
  readonly leading: readonly number[];
  /** The token of the text's language, in place of the one of {@link languageIds} that the tokenizer puts beside a text. */
  readonly source?: number;
  readonly languageIds: ReadonlySet<number>;
  /** Settings that go before those of the model's generation_config.json. */
  readonly generation: {
    readonly max_new_tokens: number;
    readonly forced_bos_token_id?: number;
    readonly decoder_start_token_id?: number;
    readonly min_length?: number;
    readonly no_repeat_ngram_size?: number;
  };
  /** How many tokens it may write. */
  readonly limit: number;
  /** How many beams the model's own settings ask for. */
  readonly beams: number;
}

/** Settings of transformers' generation, as generation_config.json (and older models' config.json) names them. */
interface Settings {
  readonly max_new_tokens?: number | null;
  readonly max_length?: number | null;
  readonly decoder_start_token_id?: number | null;
  readonly forced_eos_token_id?: number | null;
  readonly eos_token_id?: number | readonly number[] | null;
  readonly num_beams?: number | null;
}

const choose = '“Headlight: Choose Languages or Task…”';

/**
 * Plans what a model writes.
 * @throws {InferenceFault} where it must be told a language and is not, or does not know the one that it is told.
 */
export function planWriting(
  open: TextModel,
  { languages, hasSource, tasks }: WritingChoices,
  { source, target, task }: Writing = {},
): PlannedWriting {
  const { id } = open.info;
  const idOf = (code: string) => {
    const found = languages.find(language => language.code === code);
    if (!found) {
      throw new InferenceFault(
        InferenceErrorCode.text,
        `${id} does not know the language “${code}”; choose one of its ${languages.length} with ${choose}.`,
      );
    }
    return tokenId(open, found.token);
  };
  if (languages.length > 0 && (target === undefined || (hasSource && source === undefined))) {
    throw new InferenceFault(
      InferenceErrorCode.text,
      `${id} writes in ${languages.length} languages and must be told which one; choose it with ${choose}.`,
    );
  }
  const chosen = tasks.find(({ name }) => name === task);
  if (task !== undefined && !chosen) {
    throw new InferenceFault(InferenceErrorCode.text, `${id} has no task “${task}”; choose one with ${choose}.`);
  }
  const settings = settingsOf(open);
  const { task_specific_params: ofTasks } = open.model.config as unknown as {
    task_specific_params?: Record<string, Settings>;
  };
  const stated =
    chosen?.maxLength ?? (settings.max_new_tokens ? settings.max_new_tokens + 1 : (settings.max_length ?? undefined));
  // A stated length counts the start token.
  const limit = Math.min(stated === undefined ? mostNewTokens : stated - 1, open.info.contextLength - 1);
  // The last token is not read again, so one more is written; not where the one at the limit is the end in any case.
  const ends = typeof settings.forced_eos_token_id === 'number';
  const languageIds = new Set(hasSource ? languages.map(({ token }) => tokenId(open, token)) : []);
  // mBART before mBART-50 starts with the language to write; all others start with another token and are made to write the language first.
  const startsWithLanguage = languageIds.has(settings.decoder_start_token_id ?? NaN);
  return {
    prefix: chosen?.prefix ?? '',
    leading: hasSource || target === undefined || languages.length === 0 ? [] : [idOf(target)],
    source: hasSource ? idOf(source!) : undefined,
    languageIds,
    generation: {
      max_new_tokens: limit + (ends ? 0 : 1),
      ...(hasSource ? { [startsWithLanguage ? 'decoder_start_token_id' : 'forced_bos_token_id']: idOf(target!) } : {}),
      ...(chosen?.minLength === undefined ? {} : { min_length: chosen.minLength }),
      ...(chosen?.repeatsNoRunOf === undefined ? {} : { no_repeat_ngram_size: chosen.repeatsNoRunOf }),
    },
    limit,
    beams: ofTasks?.[task ?? '']?.num_beams ?? settings.num_beams ?? 1,
  };
}

/** What is to be known of a text that was written: how, where the model's settings ask for another way, and where it had to stop. */
export function writtenNotes(
  open: TextModel,
  { beams, limit, generation }: PlannedWriting,
  { outputIds, lastId }: { readonly outputIds?: readonly number[]; readonly lastId?: number },
): string[] {
  const { id } = open.info;
  const ends = [settingsOf(open).eos_token_id ?? []].flat();
  const forced = generation.max_new_tokens === limit && outputIds !== undefined && outputIds.length >= limit;
  const stopped = forced || !ends.includes(lastId ?? NaN);
  return [
    ...(beams > 1
      ? [
          `Written greedily, the likeliest token each time: the ${beams} beams that ${id}’s own settings ask for are not searched.`,
        ]
      : []),
    ...(stopped ? [`${id} had not ended its text after ${limit} tokens, the most that are written.`] : []),
  ];
}

/** What a model's files say of its generation: generation_config.json before config.json. */
function settingsOf({ model }: TextModel): Settings {
  const own = Object.entries(model.generation_config ?? {}).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return { ...(model.config as unknown as Settings), ...Object.fromEntries(own) };
}

function tokenId({ tokenizer }: TextModel, token: string): number {
  return partsOf(tokenizer)._tokenizer.token_to_id(token) ?? 0;
}
