import {
  findInterventionPoints,
  type FoundAttention,
  type Intervention,
  type InterventionPart,
  OnnxError,
  type ReplacedValue,
  replacedValue,
} from '../../core/onnx';

/** What can be changed of a graph. */
export interface FoundInterventions {
  readonly asked: readonly (Intervention & {
    /** What it replaces; of scores and probabilities, which are no values of the graph in every form, absent. */
    readonly value?: ReplacedValue;
  })[];
  /** The parts of which some layer cannot be changed, each with a sentence. */
  readonly missing: Partial<Readonly<Record<InterventionPart, string>>>;
}

/** The interventions by which some parts of all layers are changed: of the residual stream also what the final norm reads. */
export function interventionsOf(found: FoundAttention, parts: readonly InterventionPart[]): FoundInterventions {
  const streams =
    parts.includes('residual') || parts.includes('feedForward') ? findInterventionPoints(found) : undefined;
  const asked: FoundInterventions['asked'][number][] = [];
  const missing: Partial<Record<InterventionPart, string>> = {};
  for (const part of parts) {
    if (part === 'scores' || part === 'probabilities') {
      const fixed = found.attentions.find(
        ({ iteration, places }) =>
          iteration !== undefined ||
          places.some(({ turns, further }) => turns || (further && further.along !== 'heads')),
      );
      if (fixed) {
        missing[part] =
          `Where the heads of layer ${fixed.layer} look cannot be changed: the graph computes it in a loop or in pieces.`;
      }
      asked.push(...found.attentions.map(({ kind, layer }) => ({ part, kind, layer })));
      continue;
    }
    const layers: readonly Pick<Intervention, 'kind' | 'layer'>[] =
      part === 'head' || !streams
        ? found.attentions
        : streams.flatMap((stream): readonly Pick<Intervention, 'kind' | 'layer'>[] => {
            const last = stream.layers[stream.layers.length - 1];
            return part === 'residual' ? [...stream.layers, { kind: last.kind, layer: last.layer + 1 }] : stream.layers;
          });
    try {
      if (layers.length === 0) {
        throw new OnnxError(
          'The graph does not show a residual stream that its layers add to, so it cannot be changed.',
        );
      }
      asked.push(
        ...layers.map(({ kind, layer }) => {
          const one = { part, kind, layer };
          return { ...one, value: replacedValue(found, one, streams) };
        }),
      );
    } catch (error) {
      if (!(error instanceof OnnxError)) throw error;
      missing[part] = error.message;
    }
  }
  return { asked, missing };
}
