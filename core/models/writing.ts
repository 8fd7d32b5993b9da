import { listIn, recordIn, textIn } from '../text/untyped';

/** What an encoder-decoder is to write of a text, where it can write several things. */
export interface Writing {
  /** The language of the text, by the model's own code (`eng_Latn`, `en`). */
  readonly source?: string;
  /** The language to write. */
  readonly target?: string;
  /** The task, by its name in config.json's `task_specific_params`. */
  readonly task?: string;
}

/** A task whose words before the text the model was trained with. */
export interface WritingTask {
  readonly name: string;
  /** What stands before the text: `summarize: `. */
  readonly prefix: string;
  /** Settings of its own, with the start token counted. */
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly repeatsNoRunOf?: number;
}

/** What there is to choose for a model's writing; nothing for most. */
export interface WritingChoices {
  /** Its languages, where it must be told which one to write. */
  readonly languages: readonly { readonly code: string; readonly token: string }[];
  /** Whether it must be told the language of the text, too. */
  readonly hasSource: boolean;
  readonly tasks: readonly WritingTask[];
}

/** The tokens of languages, as the tokenizers of NLLB, M2M100 and mBART write them; the code is the first group. */
const languageTokens = [/^([a-z]{3}_[A-Z][a-z]{3})$/, /^__([a-z]{2,3})__$/, /^([a-z]{2}_[A-Z]{2})$/];
/** As Marian's vocabularies of several languages write the one to write. */
const marianToken = /^>>([\w-]+)<<$/;

/**
 * What there is to choose, by a model's files: the languages of its tokenizer (NLLB, M2M100, mBART, Marian) and the tasks
 * of its configuration (T5).
 * @param config its config.json; `tokenizer` its tokenizer.json. Anything may be missing or misshapen.
 */
export function writingChoices(config: unknown, tokenizer: unknown): WritingChoices {
  const added = listIn(recordIn(tokenizer).added_tokens).map(token => textIn(recordIn(token).content));
  for (const pattern of languageTokens) {
    const languages = languagesAmong(added, pattern);
    if (languages.length > 1) return { languages, hasSource: true, tasks: [] };
  }
  return {
    languages: languagesAmong([...added, ...piecesOf(tokenizer)], marianToken),
    hasSource: false,
    tasks: tasksOf(config),
  };
}

function languagesAmong(tokens: readonly string[], pattern: RegExp): WritingChoices['languages'] {
  return [...new Set(tokens)].flatMap(token => {
    const code = pattern.exec(token)?.[1];
    return code === undefined ? [] : [{ code, token }];
  });
}

function piecesOf(tokenizer: unknown): string[] {
  const { vocab } = recordIn(recordIn(tokenizer).model);
  return Array.isArray(vocab) ? vocab.map(entry => textIn(listIn(entry)[0])) : Object.keys(recordIn(vocab));
}

function tasksOf(config: unknown): WritingTask[] {
  return Object.entries(recordIn(recordIn(config).task_specific_params)).flatMap(([name, params]) => {
    const {
      prefix,
      max_length: maxLength,
      min_length: minLength,
      no_repeat_ngram_size: repeatsNoRunOf,
    } = recordIn(params);
    if (typeof prefix !== 'string' || prefix.trim() === '') return [];
    return [
      {
        name,
        prefix,
        maxLength: numberOf(maxLength),
        minLength: numberOf(minLength),
        repeatsNoRunOf: numberOf(repeatsNoRunOf),
      },
    ];
  });
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** A language's name in English by a model's code for it; the code where it has none: `deu_Latn` → `German`, `ace_Arab` → `Acehnese (Arabic)`. */
export function languageName(code: string): string {
  // mBART's second part is a country that says nothing (`en_XX`), and Latin letters are taken for granted.
  const tag = code.replace(/_(?:[A-Z]{2}|Latn)$/, '').replace('_', '-');
  try {
    const name = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(tag);
    return name ?? code;
  } catch {
    return code;
  }
}

/** A task in words, by the words that stand before its text: `translate English to German: ` → `Translate English to German`. */
export function taskName({ prefix }: Pick<WritingTask, 'prefix'>): string {
  const words = prefix.trim().replace(/:$/, '');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What was chosen, in words for a title: `English to German`, `into French`, `Summarize`; empty where nothing was. */
export function writingWords({ source, target, task }: Writing, { tasks }: Pick<WritingChoices, 'tasks'>): string {
  if (target !== undefined) {
    return source === undefined ? `into ${languageName(target)}` : `${languageName(source)} to ${languageName(target)}`;
  }
  const chosen = tasks.find(({ name }) => name === task);
  return chosen ? taskName(chosen) : '';
}
