import type { AttentionKind } from '../attention/attentionKind';
import type { HeadGroups } from '../attention/compare/headGroups';
import type { HeadMove } from '../attention/compare/headMoves';
import type { HeadMechanisms, MechanismWish } from '../attention/mechanisms/compareMechanisms';
import type { PutBack, PutBackPart, PutBackWish } from '../run/putBack';
import type { RunMatch } from '../attention/compare/runMatch';
import type { HeadSummary } from '../attention/measures/summarizeHeads';
import type { CostPlan, LengthCost } from '../cost/lengthCost';
import type { FileFormat } from '../export/fileFormat';
import type { RunPart } from '../export/runPart';
import type { Writing } from '../models/writing';
import type { PairedText } from '../text/pairedText';
import type {
  AttentionSteps,
  AttentionTensor,
  Effect,
  HeadAddress,
  HeadReading,
  LogitLens,
  Prediction,
  ReadGroup,
  Reading,
} from '../run/explanation';
import type { BlockPath } from '../run/blockPath';
import type { AttentionOfPosition, Cut, CutEffect, HeadPart, LogitParts, NeedOfTokens, PlaceRange } from '../run/cause';
import type { EffectMeasure } from '../run/effectMeasure';
import type { PatchCell, PatchMetric, PatchPair, PatchPlan, PatchSaid, PatchValues } from '../run/patch';
import type { HeadLink, TokenLinkPlace } from '../run/headLink';
import type { HeadRegion, RegionWeights } from '../attention/region/headRegion';
import { AskType } from './askType';
import { ExportType } from './exportType';
import type { ModelReference } from './modelReference';

/** A run that was made: its name, and what to run again where the process no longer knows it. */
export interface RunReference {
  readonly run: string;
  readonly model: ModelReference;
  readonly text: string;
  /** A second text that is read with it, as its pair. */
  readonly textPair?: PairedText;
  /** Where the text came from, as files tell of it: "sample.ts, lines 1–4". */
  readonly title?: string;
  /** How many tokens the model was to write behind the text; 0 or absent: none. */
  readonly newTokens?: number;
  /** Which of the parts that a graph computes side by side is meant, counted from 1; absent: as the inputs say, else the first. */
  readonly part?: number;
  /** Whether the text is a user's message or a conversation, which the model's chat template is put around. */
  readonly chat?: boolean;
  /** What an encoder-decoder is to write of it, where it can write several things. */
  readonly writing?: Writing;
}

/** The run that is shown, and those that it is held against. */
export interface ShownRun extends RunReference {
  readonly partner?: RunReference;
  /** The run of the same place before it. */
  readonly before?: RunReference;
}

/** How a token's rows in many heads become one: their mean, their maximum, or one head's alone. */
export type RowReduction = 'mean' | 'maximum' | { readonly layer: number; readonly head: number };

/** Heads that are switched off, and where one looks at what the model then says. */
interface SwitchedOff {
  readonly heads: readonly HeadAddress[];
  /** A position of the sequence that predictions are of; a classifier has only one. */
  readonly position: number;
  /** Whether heads give their mean over the positions instead of nothing. */
  readonly mean?: boolean;
}

/** What can be asked of a run, of the extension host as of the inference process. Each may be cancelled. */
export const RunRequest = {
  /** One head's matrix, shape [1, 1, queries, keys]. */
  head: new AskType<ShownRun, { address: HeadReading }, AttentionTensor>('run/head'),

  /** A part of one head's matrix, pooled by a factor: what a view of a long text shows, tile by tile. */
  region: new AskType<ShownRun, { address: HeadReading; region: HeadRegion }, RegionWeights>('run/region'),

  /**
   * A part of two heads on common axes, the second the run's own or its partner's, as `readCompared` gives it; and where
   * asked, how far they are from each other.
   */
  compared: new AskType<
    ShownRun,
    { one: HeadAddress; other: HeadAddress; ofPartner: boolean; region: HeadRegion; distances?: boolean },
    RegionWeights
  >('run/compared'),

  /** All heads of one kind in full: shape [layers, heads, queries, keys]. */
  attention: new AskType<ShownRun, { kind: AttentionKind }, AttentionTensor>('run/attention'),

  /** The layers of one kind in another reading than as they are, or without the first token. */
  reading: new AskType<ShownRun, { kind: AttentionKind; reading: Reading; withoutFirst?: boolean }, ReadGroup>(
    'run/reading',
  ),

  /** What the model says at some positions, where an explanation does not tell it (`predictionsLater`). */
  predictions: new AskType<ShownRun, { first: number; count: number }, readonly (readonly Prediction[])[]>(
    'run/predictions',
  ),

  /** What each layer of a causal model would say at some positions. */
  logitLens: new AskType<ShownRun, { first: number; count: number }, LogitLens>('run/logitLens'),

  /** What every head of one kind does on the text, layer by layer. */
  measures: new AskType<ShownRun, { kind: AttentionKind }, HeadSummary[]>('run/measures'),

  /** All heads of one kind by how much they look from some tokens to some others, the most first. */
  links: new AskType<ShownRun, { kind: AttentionKind; links: readonly TokenLinkPlace[] }, HeadLink[]>('run/links'),

  /** The heads of one kind by how alike they look: distances, a tree, a map. */
  groups: new AskType<ShownRun, { kind: AttentionKind }, HeadGroups>('run/groups'),

  /** How the attention of the run and of its partner lies beside each other, for one kind of the run's. */
  match: new AskType<ShownRun, { kind: AttentionKind }, RunMatch>('run/match'),

  /** How far each head of a kind looks elsewhere than in the run before: those that moved most first. */
  moved: new AskType<ShownRun, { kind: AttentionKind }, HeadMove[]>('run/moved'),

  /** How one row of one head comes about. */
  steps: new AskType<ShownRun, { address: HeadAddress; query: number }, AttentionSteps>('run/steps'),

  /** One head's attention by other mechanisms than its own; scores are divided by `temperature` before a softmax. */
  mechanisms: new AskType<ShownRun, MechanismWish & { address: HeadAddress; temperature?: number }, HeadMechanisms>(
    'run/mechanisms',
  ),
  /** What becomes of what the model says once heads compute their attention by another mechanism; asked again while the answer is a part. */
  putBack: new AskType<ShownRun, PutBackWish, PutBack | PutBackPart>('run/putBack'),

  /** What can be measured of the run's model over the length of a text, and what its cache takes. */
  costPlan: new AskType<ShownRun, object, CostPlan>('run/costPlan'),

  /** What a pass over a text of one of those lengths takes, measured now: the run's text, over and over. */
  cost: new AskType<ShownRun, { length: number }, LengthCost>('run/cost'),

  /** The way of one token through the blocks of its residual stream; in full that of a layer's attention. */
  block: new AskType<ShownRun, { kind: AttentionKind; layer: number; position: number }, BlockPath>('run/block'),

  /**
   * What the model says at a position with heads switched off: their probabilities multiplied by zero before they meet the
   * values (Michel et al. 2019), or with `mean` each position given the mean over positions of what they give. `token`: an id
   * whose probability is told too; `word`: the same by what it reads, of several tokens the first.
   */
  switchOff: new AskType<ShownRun, SwitchedOff & { token?: number; word?: string }, Effect>('run/switchOff'),

  /**
   * The effect of each of some heads, switched off alone, in bits, in the order asked for. `by`: what it is told by, the
   * divergence unless said otherwise; `positions`: the mean over several in place of the one.
   */
  effects: new AskType<
    ShownRun,
    SwitchedOff & { by?: EffectMeasure; positions?: readonly number[] },
    readonly number[]
  >('run/effects'),

  /** What an encoder says where a token is replaced by its mask token: for that place, or a classifier for the whole text. */
  mask: new AskType<ShownRun, { token: number }, Effect>('run/mask'),

  /** What cuts, all at once, do to what the model says at a position and to where its heads look. */
  cut: new AskType<ShownRun, { cuts: readonly Cut[]; position: number; token?: number }, CutEffect>('run/cut'),

  /** One head's matrix with cuts, shape [1, 1, queries, keys]. */
  cutHead: new AskType<ShownRun, { cuts: readonly Cut[]; address: HeadAddress }, AttentionTensor>('run/cutHead'),

  /** What a position's prediction needs: for each of some tokens in a row all edges from the position to them are cut, in all layers. */
  needs: new AskType<
    ShownRun,
    { kind: AttentionKind; position: number; tokens: readonly PlaceRange[] },
    readonly NeedOfTokens[]
  >('run/needs'),

  /** What attention says of a position: raw, value-weighted and rollout. */
  attentionOf: new AskType<ShownRun, { kind: AttentionKind; position: number }, AttentionOfPosition>('run/attentionOf'),

  /** What the logit of a token at a position is made of, less that of another; of the likeliest where none is named. */
  logitParts: new AskType<ShownRun, { position: number; token?: number; minus?: number }, LogitParts>('run/logitParts'),

  /** What one head adds to a token's logit at a position, less that of another, key by key; and what it promotes and suppresses. */
  headPart: new AskType<ShownRun, { position: number; head: HeadAddress; token: number; minus?: number }, HeadPart>(
    'run/headPart',
  ),

  /** The first token of a text, as the model's tokenizer makes it, and of how many tokens the text is. */
  tokenOf: new AskType<ShownRun, { text: string }, { readonly id: number; readonly text: string; readonly of: number }>(
    'run/tokenOf',
  ),

  /** What can be patched between the run and its partner, or the run with noise, and what the two say. */
  patchPlan: new AskType<ShownRun, PatchPair, PatchPlan>('run/patchPlan'),

  /** What patches do, each by itself; the cells of one are patched together. */
  patch: new AskType<
    ShownRun,
    PatchPair & { metric: PatchMetric; patches: readonly (readonly PatchCell[])[] },
    PatchValues
  >('run/patch'),

  /** What the model says with cells patched together: the likeliest of the clean, the corrupted and the patched run. */
  patchSaid: new AskType<ShownRun, PatchPair & { cells: readonly PatchCell[] }, readonly PatchSaid[]>('run/patchSaid'),

  /** What one token looks at: a weight for each key. */
  row: new AskType<
    ShownRun,
    { kind: AttentionKind; query: number; reduce: RowReduction; withoutFirst?: boolean },
    Float32Array
  >('run/row'),

  /** A part of the run as the content of a file. */
  export: new ExportType<ShownRun, RunPart, FileFormat>('run/export'),
} as const;
