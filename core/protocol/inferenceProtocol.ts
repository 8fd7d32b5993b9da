import { NotificationType, ProgressType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ExampleInput } from '../graph/exampleInputs';
import type { GraphArchitecture } from '../models/architectureText';
import type { WritingChoices } from '../models/writing';
import type { StreamedFormat } from '../export/headsFile';
import type { Explanation, HeadReading, ModelInfo } from '../run/explanation';
import type { ModelReference } from './modelReference';
import type { RunReference } from './runProtocol';
import type { WorkPhase } from './workLimits';

/** What the extension host asks of the inference process besides what it passes on ({@link RunRequest} and its like). Each may be cancelled. */
export const InferenceRequest = {
  /** Opens a model without running it; a model that is open answers at once. */
  load: new RequestType<{ model: ModelReference }, ModelInfo, void>('load'),

  /**
   * Runs a model on a text; a causal model may first continue it by some tokens, the likeliest each time.
   * Errors: {@link InferenceErrorCode}.
   * `progress` names an {@link explainProgress}, where it is wanted.
   */
  explain: new RequestType<Omit<RunReference, 'run' | 'title'> & { progress?: number }, Explanation, void>('explain'),

  /** What a single ONNX file takes, and what attention it holds, in words. */
  graphInputs: new RequestType<{ model: ModelReference }, { inputs: readonly ExampleInput[]; found: string }, void>(
    'graphInputs',
  ),

  /** What there is to choose for the text that an encoder-decoder writes; nothing is opened. */
  writingChoices: new RequestType<{ model: ModelReference }, WritingChoices, void>('writingChoices'),

  /** What attention a model's files hold, file by file; nothing is run. */
  architecture: new RequestType<{ model: ModelReference }, GraphArchitecture[], void>('architecture'),

  /**
   * Writes all heads of a run to a file of this machine, piece by piece. `progress` names a {@link savingProgress}. A panel
   * cannot ask for it: only the extension host names files.
   */
  saveHeads: new RequestType<HeadsToSave & { of: RunReference; progress: string }, void, void>('saveHeads'),

  /** Lets go of a run's tensors. */
  forget: new RequestType<{ run: string }, void, void>('forget'),

  /** Answered at once by a process that nothing holds. */
  ping: new RequestType0<void, void>('ping'),
} as const;

/** All heads in a reading, as what they are saved, and where. */
export interface HeadsToSave {
  /** The chosen one: its kind is that of an NPY, its reading that of all. */
  readonly head: HeadReading;
  readonly format: StreamedFormat;
  readonly file: string;
}

/** What `saveHeads` tells while it writes: the part that is written, 0 to 1. */
export const savingProgress = new ProgressType<number>();

/** What `explain` tells before the model runs, as `expectedExplanation` has it; nothing of a model that writes, whose tokens are not known before. */
export const explainProgress = new ProgressType<Explanation>();

/** What the inference process tells unasked. */
export const InferenceEvent = {
  state: new NotificationType<InferenceState>('state'),
  phase: new NotificationType<PhaseChange>('phase'),
  log: new NotificationType<{ level: 'debug' | 'info' | 'warn' | 'error'; message: string }>('log'),
} as const;

/** What the process is about to do, or has done: told before it begins, since a loop tells nothing. */
export interface PhaseChange {
  /** Names this piece of work; one may stand within another. */
  readonly id: number;
  /** Absent: it is done. */
  readonly phase?: WorkPhase;
  /** The model's id. */
  readonly model: string;
}

/** What the status bar shows of the process. */
export type InferenceState =
  | { readonly phase: 'loading'; readonly model: string }
  | { readonly phase: 'running'; readonly model: string }
  | { readonly phase: 'ready'; readonly model: string }
  /** It could not be opened. */
  | { readonly phase: 'failed'; readonly model: string }
  /** It is not open: opening it was stopped. */
  | { readonly phase: 'closed'; readonly model: string };

/** Why a request failed; the message is one sentence for the user. */
export enum InferenceErrorCode {
  /** The model's files are missing, broken, or hold no attention. */
  model = 1,
  /** The text cannot be explained (empty, binary). */
  text = 2,
  /** The run failed in the runtime. */
  run = 3,
  /** The process ended while it worked. */
  process = 4,
  /** Who asked no longer wants the answer. */
  cancelled = 5,
  /** The image cannot be read. */
  image = 6,
  /** A model cannot be downloaded. */
  download = 7,
  /** The audio cannot be read. */
  audio = 8,
  /** The hub has no such model. */
  missing = 9,
  /** The model has no chat template, or it does not take the messages. */
  template = 10,
}
