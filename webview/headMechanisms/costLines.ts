import { type ParameterValues, withinLimits } from '../../core/attention/mechanisms/mechanism';
import { type MechanismId, mechanisms } from '../../core/attention/mechanisms/mechanisms';

/** Mechanisms that cost the same, in one line. */
export interface CostLine {
  readonly ids: readonly MechanismId[];
  readonly name: string;
  readonly grows: string;
  readonly bytesOf: string;
  readonly at: (n: number) => { readonly multiplyAdds: number; readonly bytes: number };
}

/** What each mechanism costs with its parameters, the dearest for long texts first; those that compute all pairs alike in one line. */
export function costLines(
  d: number,
  causal: boolean,
  parameters: Readonly<Partial<Record<MechanismId, ParameterValues>>>,
): readonly CostLine[] {
  const alike: readonly MechanismId[] = ['scaled', 'unscaled', 'alibi'];
  return mechanisms
    .filter(({ id }) => id === 'scaled' || !alike.includes(id))
    .map(mechanism => {
      const { id, grows, bytesOf } = mechanism;
      const values = withinLimits(mechanism, parameters[id]);
      return {
        ids: id === 'scaled' ? alike : [id],
        name: id === 'scaled' ? 'dot product, ALiBi' : mechanism.name(values).replace(', random weights', ''),
        grows,
        bytesOf,
        at: (n: number) => mechanism.cost(n, d, values, causal),
      };
    })
    .sort((a, b) => b.at(8192).multiplyAdds - a.at(8192).multiplyAdds);
}
