import { checkShape, headOf, type LayerHeads } from '../attentionMatrix';
import { labelHead, type HeadLabel } from './labelHead';
import { distanceProfile } from './distanceProfile';
import { type MassId, type NumberId, numberMeasures } from './headMeasures';
import { massOn, rowSquares, type Mass } from './massOn';
import { prepareMeasures, type PreparedMeasures } from './prepareMeasures';
import type { TextFacts } from '../textFacts';

/** What each measure that is one number gives of a head, see {@link numberMeasures}. */
type HeadNumbers = Readonly<Record<NumberId, number | undefined>>;

/** A row of the table of heads. What cannot be measured on the text is undefined or missing. */
export interface HeadSummary extends HeadNumbers {
  readonly layer: number;
  readonly head: number;
  /** The measures that apply to the text. */
  readonly masses: Readonly<Partial<Record<MassId, Mass>>>;
  /** What the head does, where a measure says it clearly. */
  readonly label: HeadLabel | undefined;
  /** What the model says changes by this much when the head alone is switched off, in bits; there once heads were ranked. */
  readonly effect?: number;
  /** The head's part of a logit, or of the difference of two, where a logit was taken apart. */
  readonly attribution?: number;
  /** What patching the head's result or pattern does, 0 as corrupted and 1 as clean, where that was done. */
  readonly patch?: number;
}

/**
 * All measures of all heads that need nothing but attention and text, layer by layer.
 * @param layers All of one shape; a generator where not all fit into memory at once.
 * @param facts Of the sequence that is looked at.
 * @throws RangeError where the numbers of tokens do not agree.
 */
export function summarizeHeads(layers: Iterable<LayerHeads>, facts: TextFacts): HeadSummary[] {
  const summaryOf = headSummarizer(facts);
  const summaries: HeadSummary[] = [];
  for (const layer of layers) {
    for (let head = 0; head < layer.heads; head++) summaries.push(summaryOf(layer, head));
  }
  return summaries;
}

/** What measures one head of a layer after the other, as {@link summarizeHeads} does; what the text has to be measured by is found once. */
export function headSummarizer(facts: TextFacts): (layer: LayerHeads, head: number) => HeadSummary {
  let prepared: PreparedMeasures | undefined;
  return (layer, head) => {
    checkShape(layer, layer.data.length, layer.heads);
    prepared = prepared && sameShape(prepared.shape, layer) ? prepared : prepareMeasures(facts, layer);
    return summarizeHead(layer, head, prepared);
  };
}

function summarizeHead(layer: LayerHeads, head: number, { measures }: PreparedMeasures): HeadSummary {
  const matrix = headOf(layer, head);
  const profile = matrix.sameSequence ? distanceProfile(matrix) : undefined;
  const squares = rowSquares(matrix);
  const masses: Partial<Record<MassId, Mass>> = {};
  for (const { measure, targets } of measures) {
    const mass = massOn(matrix, targets, measure.ofContent ? profile : undefined, squares);
    if (mass) masses[measure.id] = mass;
  }
  return {
    layer: layer.layer,
    head,
    ...(Object.fromEntries(numberMeasures.map(({ id, of }) => [id, of(matrix)])) as HeadNumbers),
    masses,
    label: labelHead(masses),
  };
}

function sameShape(a: PreparedMeasures['shape'], b: LayerHeads): boolean {
  return a.queries === b.queries && a.keys === b.keys && a.causal === b.causal && a.sameSequence === b.sameSequence;
}
