import type { PutBackResult } from './mechanismsNumbers';
import type { AttentionKind } from '../attention/attentionKind';
import type { MechanismWish } from '../attention/mechanisms/compareMechanisms';
import type { CauseFound } from './causeNumbers';
import type { CostLook } from './costSvg';
import type { MeasuredCost } from '../cost/lengthCost';
import type { SentenceFilter } from '../attention/sentenceFilter';
import type { HeadSummary } from '../attention/measures/summarizeHeads';
import type { HeadAddress, HeadReading } from '../run/explanation';
import type { Picture } from './drawPicture';
import type { FileFormat } from './fileFormat';
import { stepFormats } from './headTensorsFile';
import { weightFormats } from './weightFormats';

/** What a panel shows of a run that the process draws, and gives the numbers of, from what it knows of the run. */
export type RunView =
  /** One head, or several in one. */
  | { readonly kind: 'matrix'; readonly head: HeadReading; readonly title: string; readonly sentences?: SentenceFilter }
  /** Heads side by side; weights below the threshold have no line. */
  | {
      readonly kind: 'lines';
      readonly heads: readonly HeadReading[];
      readonly title: string;
      readonly threshold: number;
      readonly sentences?: SentenceFilter;
    }
  /** Two heads of the run, what is said beside their names, and all of them on a map or as a tree. */
  | {
      readonly kind: 'heads';
      readonly one: HeadAddress;
      readonly other: HeadAddress;
      readonly labels?: readonly [string, string];
      readonly selected: readonly HeadAddress[];
      readonly picture: 'map' | 'tree';
    }
  /** A head of the run and one of its partner. */
  | { readonly kind: 'runs'; readonly one: HeadAddress; readonly other: HeadAddress }
  /** What each layer would say; of a long text, around a position. */
  | { readonly kind: 'logitLens'; readonly query: number }
  /** One head by many mechanisms. */
  | MechanismsView
  /** What was measured over the length, which the panel has. */
  | CostView
  /** The way of a token through the blocks, one of them in full. */
  | BlockView
  /** Where a prediction comes from, which the panel has. */
  | CauseView;

/** What was found of where a prediction comes from. */
export interface CauseView {
  readonly kind: 'cause';
  readonly found: CauseFound;
}

/** Which block is shown, by a layer's attention, and of which token. */
export interface BlockView {
  readonly kind: 'block';
  readonly attention: AttentionKind;
  readonly layer: number;
  readonly query: number;
}

/** What is shown of one head by many mechanisms. */
export interface MechanismsView extends Pick<MechanismWish, 'query' | 'parameters'> {
  readonly kind: 'mechanisms';
  readonly head: HeadAddress;
  readonly temperature: number;
  /** What was put back into the model so far. */
  readonly putBack?: readonly PutBackResult[];
}

/** What was measured of a model over the length, and how it is shown. */
export interface CostView extends CostLook {
  readonly kind: 'cost';
  readonly measured: MeasuredCost;
}

/** A part of a run that can be a file. */
export type RunPart =
  | RunView
  /** The weights: of one head where the format holds only one, else of all. */
  | { readonly kind: 'weights'; readonly head: HeadReading }
  /** All that goes into one head's attention and comes of it. */
  | { readonly kind: 'steps'; readonly head: HeadAddress }
  /** The residual stream, what each head adds to it, and the logits. */
  | { readonly kind: 'residuals' }
  /** The table of heads with their measures. */
  | { readonly kind: 'headTable'; readonly summaries: readonly HeadSummary[] }
  /** A picture whose numbers the panel has. */
  | { readonly kind: 'picture'; readonly picture: Picture };

const comparison = ['svg', 'html', 'csv', 'json', 'distances'] as const satisfies readonly FileFormat[];

/** What each part can be: matrix and lines are only drawn, their numbers are the weights. */
export const partFormats = {
  matrix: ['svg'],
  lines: ['svg'],
  heads: comparison,
  runs: comparison,
  logitLens: ['svg', 'html', 'csv', 'json'],
  mechanisms: ['svg', 'csv', 'json'],
  cost: ['svg', 'html', 'csv', 'json'],
  block: ['svg', 'html', 'csv', 'json'],
  cause: ['svg', 'html', 'csv', 'json', 'npy'],
  weights: weightFormats.map(({ format }) => format),
  steps: stepFormats,
  residuals: ['residuals'],
  headTable: ['csv', 'json'],
  picture: ['svg'],
} as const satisfies Readonly<Record<RunPart['kind'], readonly FileFormat[]>>;
