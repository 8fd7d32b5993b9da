import { createContext, Script } from 'node:vm';
import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { workLimits } from '../../core/protocol/workLimits';
import { InferenceFault } from './inferenceFault';
import { partsOf } from './vocabularyText';

const place = createContext({ work: undefined as (() => unknown) | undefined });
const call = new Script('work()');

/**
 * Does work at one go, but no longer than so many milliseconds: V8 ends it from outside, in the midst of a regular expression,
 * too.
 * @param tooLong makes what is thrown then.
 */
export function withinTime<Result>(
  milliseconds: number,
  work: () => Result,
  tooLong: (cause: unknown) => Error,
): Result {
  const before = place.work as unknown;
  place.work = work;
  try {
    return call.runInContext(place, { timeout: milliseconds }) as Result;
  } catch (error) {
    throw (error as { code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? tooLong(error) : error;
  } finally {
    place.work = before;
  }
}

/**
 * Does work with a tokenizer's patterns, which come from the model's files, within the time that they have.
 * @throws {InferenceFault} where they take longer.
 */
export function withPatterns<Result>(
  id: string,
  work: () => Result,
  milliseconds: number = workLimits.tokenizing,
): Result {
  return withinTime(
    milliseconds,
    work,
    cause =>
      new InferenceFault(
        InferenceErrorCode.model,
        `The tokenizer of ${id} takes longer than ${milliseconds / 1000} seconds for this text, so it was stopped: a pattern in its tokenizer.json tries too many ways; select less text, or choose another model.`,
        cause,
      ),
  );
}

/** Gives a tokenizer a time limit for each text that it cuts into tokens or puts together again. */
export function limitTokenizer(tokenizer: PreTrainedTokenizer, id: string, milliseconds?: number): void {
  const inner = partsOf(tokenizer)._tokenizer as unknown as Record<
    'encode' | 'decode' | 'tokenize',
    (...given: unknown[]) => unknown
  >;
  for (const name of ['encode', 'decode', 'tokenize'] as const) {
    const whole = inner[name];
    if (typeof whole !== 'function') continue;
    inner[name] = (...given) => {
      try {
        return withPatterns(id, () => whole.apply(inner, given), milliseconds);
      } catch (error) {
        throw error instanceof InferenceFault ? error : unreadableText(id, error);
      }
    };
  }
}

/** A tokenizer that opens, but whose files hold something that it cannot work with. */
export function unreadableText(id: string, cause: unknown): InferenceFault {
  return new InferenceFault(
    InferenceErrorCode.model,
    `The tokenizer of ${id} cannot work with what stands in its tokenizer.json or tokenizer_config.json; put the original files back, or choose another model.`,
    cause,
  );
}
