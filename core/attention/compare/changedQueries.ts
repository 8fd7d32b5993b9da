import type { AlignedPlace } from './alignSequences';
import { isShared } from './alignTexts';

/**
 * The queries at which an edit can have changed the attention: tokens that two texts share, and a replaced one with what
 * replaced it, so that a change of the last token is seen too. In causal attention only those from the first difference on:
 * what stands before it looks where it did.
 * @param places The tokens of both texts, as alignSequences lays them beside each other.
 */
export function changedQueries(places: readonly AlignedPlace[], causal: boolean): Required<AlignedPlace>[] {
  const queries: Required<AlignedPlace>[] = [];
  let [gone, come]: [number[], number[]] = [[], []];
  let differs = !causal;
  const replace = () => {
    differs ||= gone.length > 0 || come.length > 0;
    // From the end: what follows is predicted there.
    const count = Math.min(gone.length, come.length);
    for (let i = count; i > 0; i--) queries.push({ one: gone[gone.length - i], other: come[come.length - i] });
    [gone, come] = [[], []];
  };
  for (const place of places) {
    if (isShared(place)) {
      replace();
      if (differs) queries.push(place);
    } else if (place.one !== undefined) gone.push(place.one);
    else if (place.other !== undefined) come.push(place.other);
  }
  replace();
  return queries;
}
