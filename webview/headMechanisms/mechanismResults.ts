import type { ComputedMechanism, HeadMechanisms } from '../../core/attention/mechanisms/compareMechanisms';
import type { MechanismId } from '../../core/attention/mechanisms/mechanisms';
import { mechanisms } from '../../core/attention/mechanisms/mechanisms';

/** Within so much of the head's own weights a mechanism is called equal. */
export const equalTo = 1e-5;

/** An answer in which some mechanisms were computed anew. */
export function withAnew(before: HeadMechanisms | undefined, anew: HeadMechanisms): HeadMechanisms {
  if (!before || anew.mechanisms.length === mechanisms.length) return anew;
  return { ...anew, mechanisms: before.mechanisms.map(old => anew.mechanisms.find(({ id }) => id === old.id) ?? old) };
}

/**
 * Which mechanism's row is closest to the head's own, 1 for the closest: those that equal it have no place, nor have those
 * that say nothing about the model.
 */
export function ranks({ mechanisms: computed }: HeadMechanisms): ReadonlyMap<MechanismId, number> {
  const unranked = new Set(mechanisms.filter(one => one.unranked).map(({ id }) => id));
  return new Map(
    computed
      .filter(one => !unranked.has(one.id) && !isEqual(one))
      .sort((a, b) => a.ofRow.bits - b.ofRow.bits)
      .map(({ id }, place) => [id, place + 1]),
  );
}

/** Whether it is the head's own attention to 1e-5, in all rows that were computed. */
export function isEqual({ largest }: ComputedMechanism): boolean {
  return largest <= equalTo;
}
