import { InferenceErrorCode, type PhaseChange } from '../../core/protocol/inferenceProtocol';
import type { WorkPhase, WorkTimes } from '../../core/protocol/workLimits';
import { InferenceError } from './inferenceError';

/** What the process is at. */
export interface Work {
  readonly phase: WorkPhase;
  /** The model's id; absent where the process did not say what it is at. */
  readonly model?: string;
}

/** What is done about work that takes too long. */
export interface WatchdogActions {
  /** Asks the process whether it hears; what it answers is told by {@link Watchdog.hear}. */
  ask(): void;
  /** Asks all requests on the work's model to stop, or all there are. */
  cancel(work: Work, why: InferenceError): void;
  /** Ends the process and rejects what waits for it. */
  end(work: Work, why: InferenceError): void;
}

interface TimedWork extends Work {
  /** Milliseconds that it had. */
  spent: number;
}

/**
 * Times what an inference process says that it is at. A phase that lasts longer than it may is first asked to stop, then the
 * process is ended. A process that hears nothing is known by its silence, whatever holds it: a loop, a native library, a
 * signal. Only what it began last has its time counted then, and while it answers a run has none: it goes on, piece by piece.
 */
export class Watchdog {
  private readonly open = new Map<number, TimedWork>();
  private silent = 0;
  private heard = false;
  private looked?: number;
  private ended = false;
  private asked?: { readonly work: Work; readonly item?: TimedWork; since: number; readonly why: InferenceError };

  /** @param now milliseconds, of a clock that only goes forward. */
  constructor(
    private readonly times: WorkTimes,
    private readonly actions: WatchdogActions,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** What the process is at, by its own word: what it began last of what is not done. */
  get work(): Work | undefined {
    return this.last;
  }

  /** The process said something. */
  hear(): void {
    this.heard = true;
  }

  /** The process begins with something or has done it. */
  change({ id, phase, model }: PhaseChange): void {
    this.heard = true;
    if (phase) this.open.set(id, { phase, model, spent: 0 });
    else this.open.delete(id);
  }

  /** Nothing waits any more: the time until something does is not counted. */
  rest(): void {
    this.looked = undefined;
    this.silent = 0;
    this.asked = undefined;
  }

  /** Is to be called every so often while something waits. */
  look(): void {
    if (this.ended) return;
    const now = this.now();
    // A machine that slept, or a host that was held up itself, must not count as work.
    const passed = this.looked === undefined ? 0 : Math.min(now - this.looked, 2 * this.times.look);
    this.looked = now;
    const { heard } = this;
    this.heard = false;
    this.silent = heard ? 0 : this.silent + passed;
    const { last } = this;
    for (const item of this.open.values()) {
      if (heard && item.phase === 'running') item.spent = 0;
      else if (heard || item === last) item.spent += passed;
    }
    this.act(passed, heard);
    this.actions.ask();
  }

  private act(passed: number, heard: boolean): void {
    const { asked } = this;
    if (asked) {
      asked.since += passed;
      const over = asked.item ? ![...this.open.values()].includes(asked.item) : heard;
      if (over) this.asked = undefined;
      else if (asked.since >= this.times.grace) {
        this.ended = true;
        this.actions.end(asked.work, asked.why);
      }
      return;
    }
    const item = [...this.open.values()].find(({ phase, spent }) => spent > this.times.phases[phase]);
    const silent: Work | undefined =
      this.open.size === 0 && this.silent > this.times.phases.answering ? { phase: 'answering' } : undefined;
    const work = item ?? silent;
    if (!work) return;
    const why = tooLong(work, this.times.phases[work.phase]);
    this.asked = { work, item, since: 0, why };
    this.actions.cancel(work, why);
  }

  private get last(): TimedWork | undefined {
    return [...this.open.values()].at(-1);
  }
}

/** One sentence: what took too long, and what to do. */
function tooLong({ phase, model = 'the model' }: Work, limit: number): InferenceError {
  const time = limit >= 120_000 ? `${Math.round(limit / 60_000)} minutes` : `${limit / 1000} seconds`;
  switch (phase) {
    case 'opening':
      return new InferenceError(
        InferenceErrorCode.model,
        `${model} could not be opened within ${time}, so it was stopped; choose a smaller precision or another model (the log has the rest).`,
      );
    case 'tokenizing':
      return new InferenceError(
        InferenceErrorCode.model,
        `The tokenizer of ${model} took longer than ${time} for this text, so it was stopped; select less, or choose another model.`,
      );
    case 'template':
      return new InferenceError(
        InferenceErrorCode.template,
        `The chat template of ${model} took longer than ${time}, so it was stopped; choose another model, or explain the text as it is.`,
      );
    case 'running':
      return new InferenceError(
        InferenceErrorCode.run,
        `${model} ran for ${time} without a sign of life, so it was stopped; select less, or choose a smaller model.`,
      );
    case 'answering':
      return new InferenceError(
        InferenceErrorCode.process,
        `The inference process did not answer for ${time}, so it was ended; try again, and see the log if that happens again.`,
      );
  }
}
