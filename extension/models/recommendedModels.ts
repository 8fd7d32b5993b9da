import { formatBytes } from '../../core/models/formatBytes';
import { estimatedBytes } from '../../core/models/precisions';
import type { ModelTask } from '../../core/models/modelTask';
import list from './recommendedModels.json';

/** A public model of the hub that is known to open. */
export interface RecommendedModel {
  readonly id: string;
  /** In millions. */
  readonly parameters: number;
  /** As the hub names it. */
  readonly licence: string;
  /** ISO 639 codes, `multilingual` or `code`; none for models without language. */
  readonly languages: readonly string[];
}

/** The models of one task. */
export interface RecommendedGroup {
  readonly title: string;
  readonly task: ModelTask;
  readonly models: readonly RecommendedModel[];
}

/** What a model takes, about, until the hub has told: “about 243 MB”, in 8-bit integers. */
export function estimatedSize({ parameters }: RecommendedModel): string {
  return `about ${formatBytes(estimatedBytes(parameters * 1e6, 'q8'))}`;
}

/** What Headlight recommends, by task. Sizes are estimates by the number of weights, told as such until the hub has told its own. */
export const recommendedModels = list as readonly RecommendedGroup[];
