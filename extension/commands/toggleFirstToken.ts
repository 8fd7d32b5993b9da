import { leaveOutFirst, leavesOutFirst } from '../settings/firstToken';

/** `headlight.toggleFirstToken`: leaves the first token out of attention in all panels and the lens, or no longer. */
export async function toggleFirstToken(): Promise<void> {
  await leaveOutFirst(!leavesOutFirst());
}
