import { NotificationType, ProgressType, RequestType } from 'vscode-jsonrpc';
import type { AttentionKind } from '../attention/attentionKind';
import type { HeadGroups } from '../attention/compare/headGroups';
import type { GraphArchitecture } from '../models/architectureText';
import type { Writing, WritingChoices } from '../models/writing';
import type { DeclaredInput } from '../graph/graphInputs';
import type { RunMatch } from '../attention/compare/runMatch';
import type { HeadSummary } from '../attention/measures/summarizeHeads';
import type { Picture } from '../export/drawPicture';
import type { NumbersFormat } from '../export/exportNumbers';
import type { ExportedRun } from '../export/layerWeights';
import type { Shown, ShownColors, ShownFormat } from '../export/shown';
import type {
  AttentionSteps,
  AttentionTensor,
  Effect,
  Explanation,
  HeadAddress,
  HeadReading,
  LogitLens,
  ModelInfo,
  ReadGroup,
  Reading,
} from '../run/explanation';
import type { HeadRegion, RegionWeights } from '../attention/region/headRegion';

/** Where a model's files lie and in which precision to open it. */
export interface ModelReference {
  /** What messages call it. */
  readonly id: string;
  /** What settings call it, where that is more than the id. */
  readonly key?: string;
  /** The folder that holds config.json, tokenizer.json and onnx/: an absolute path. */
  readonly folder: string;
  readonly dtype: string;
  /** Whether it came with Headlight: a broken file comes back by installing Headlight again. */
  readonly builtIn?: boolean;
  /** A single ONNX file of the folder, run by its inputs' names; the text that it explains is JSON with those inputs. */
  readonly graph?: { readonly file: string; readonly inputsFolder?: string };
}

/** A run that was made: its name, and what to run again where the process no longer knows it. */
export interface RunReference {
  readonly run: string;
  readonly model: ModelReference;
  readonly text: string;
  /** How many tokens the model was to write behind the text; 0 or absent: none. */
  readonly newTokens?: number;
  /** Whether the text is a user's message or a conversation, which the model's chat template is put around. */
  readonly chat?: boolean;
  /** What an encoder-decoder is to write of it, where it can write several things. */
  readonly writing?: Writing;
}

/** A run as files tell of it, with where its text came from: "sample.ts, lines 1–4". */
export interface TitledRun extends ExportedRun {
  readonly title: string;
}

/** How a token's rows in many heads become one: their mean, their maximum, or one head's alone. */
export type RowReduction = 'mean' | 'maximum' | { readonly layer: number; readonly head: number };

/** What the extension host asks of the inference process. Each may be cancelled. */
export const InferenceRequest = {
  /** Opens a model without running it; a model that is open answers at once. */
  load: new RequestType<{ model: ModelReference }, ModelInfo, void>('load'),

  /**
   * Runs a model on a text; a causal model may first continue it by some tokens, the likeliest each time.
   * Errors: {@link InferenceErrorCode}.
   * `progress` names an {@link explainProgress}, where it is wanted.
   */
  explain: new RequestType<Omit<RunReference, 'run'> & { progress?: number }, Explanation, void>('explain'),

  /** One head's matrix in full; runs the text again where the process has let go of the tensors. */
  head: new RequestType<RunReference & { address: HeadReading }, AttentionTensor, void>('head'),

  /** A part of one head's matrix, pooled by a factor: what a view of a long text shows, tile by tile. */
  region: new RequestType<RunReference & { address: HeadReading; region: HeadRegion }, RegionWeights, void>('region'),

  /** A part of two heads of one run, or of two runs on common axes: as {@link readCompared} gives it. */
  compared: new RequestType<
    {
      one: RunReference & { address: HeadAddress };
      other: RunReference & { address: HeadAddress };
      region: HeadRegion;
      distances?: boolean;
    },
    RegionWeights,
    void
  >('compared'),

  /** A picture as an SVG document. */
  draw: new RequestType<Picture, string, void>('draw'),

  /** What a panel shows as the content of a file, drawn from the run's numbers; the partner is the run that it is compared with. */
  exportShown: new RequestType<
    RunReference & {
      format: ShownFormat;
      shown: Shown;
      look: ShownColors;
      about: TitledRun;
      partner?: RunReference & { about: TitledRun };
    },
    string,
    void
  >('exportShown'),

  /** A run's numbers as the content of a file; `about` is what the file says besides them. */
  exportNumbers: new RequestType<
    RunReference & { format: NumbersFormat; head: HeadReading; about: TitledRun },
    string | Uint8Array,
    void
  >('exportNumbers'),

  /** All heads of one kind in full. */
  attention: new RequestType<RunReference & { kind: AttentionKind }, AttentionTensor, void>('attention'),

  /** The layers of one kind in another reading than as they are. */
  reading: new RequestType<RunReference & { kind: AttentionKind; reading: Exclude<Reading, 'raw'> }, ReadGroup, void>(
    'reading',
  ),

  /** What each layer of a causal model would say at some positions. */
  logitLens: new RequestType<RunReference & { first: number; count: number }, LogitLens, void>('logitLens'),

  /** What every head of one kind does on the text, layer by layer. */
  measures: new RequestType<RunReference & { kind: AttentionKind }, HeadSummary[], void>('measures'),

  /** The heads of one kind by how alike they look: distances, a tree, a map. */
  groups: new RequestType<RunReference & { kind: AttentionKind }, HeadGroups, void>('groups'),

  /** How the attention of two runs lies beside each other, for one kind of the first's. */
  matchRuns: new RequestType<{ one: RunReference; other: RunReference; kind: AttentionKind }, RunMatch, void>(
    'matchRuns',
  ),

  /** How one row of one head comes about. */
  steps: new RequestType<RunReference & { address: HeadAddress; query: number }, AttentionSteps, void>('steps'),

  /**
   * What the model says at a position (of the sequence that predictions are of; a classifier has only one) with heads
   * switched off: their probabilities multiplied by zero before they meet the values (Michel et al. 2019), or with `mean`
   * each position given the mean over positions of what they give. `token`: an id whose probability is told too; `word`: the
   * same by what it reads, of several tokens the first.
   */
  switchOff: new RequestType<
    RunReference & { heads: readonly HeadAddress[]; position: number; mean?: boolean; token?: number; word?: string },
    Effect,
    void
  >('switchOff'),

  /** The effect of each of some heads, switched off alone, in bits, in the order asked for. */
  effects: new RequestType<
    RunReference & { heads: readonly HeadAddress[]; position: number; mean?: boolean },
    readonly number[],
    void
  >('effects'),

  /** What an encoder says where a token is replaced by its mask token: for that place, or a classifier for the whole text. */
  mask: new RequestType<RunReference & { token: number }, Effect, void>('mask'),

  /** What one token looks at: a weight for each key. */
  row: new RequestType<RunReference & { kind: AttentionKind; query: number; reduce: RowReduction }, Float32Array, void>(
    'row',
  ),

  /** What a single ONNX file takes, and what attention it holds, in words. */
  graphInputs: new RequestType<{ model: ModelReference }, { inputs: readonly DeclaredInput[]; found: string }, void>(
    'graphInputs',
  ),

  /** What there is to choose for the text that an encoder-decoder writes; nothing is opened. */
  writingChoices: new RequestType<{ model: ModelReference }, WritingChoices, void>('writingChoices'),

  /** What attention a model's files hold, file by file; nothing is run. */
  architecture: new RequestType<{ model: ModelReference }, GraphArchitecture[], void>('architecture'),

  /** Lets go of a run's tensors. */
  forget: new RequestType<{ run: string }, void, void>('forget'),
} as const;

/** What `explain` tells before the model runs, as `expectedExplanation` has it; nothing of a model that writes, whose tokens are not known before. */
export const explainProgress = new ProgressType<Explanation>();

/** What the inference process tells unasked. */
export const InferenceEvent = {
  state: new NotificationType<InferenceState>('state'),
  log: new NotificationType<{ level: 'debug' | 'info' | 'warn' | 'error'; message: string }>('log'),
} as const;

/** What the status bar shows of the process. */
export type InferenceState =
  | { readonly phase: 'loading'; readonly model: string }
  | { readonly phase: 'running'; readonly model: string }
  | { readonly phase: 'ready'; readonly model: string };

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
}
