import type { PhaseChange } from '../../core/protocol/inferenceProtocol';
import type { WorkPhase } from '../../core/protocol/workLimits';

let tell: (change: PhaseChange) => unknown = () => undefined;
let count = 0;

/** Says to whom {@link during} tells what is done; what that gives is waited for before the work begins. */
export function tellPhases(to: typeof tell): void {
  tell = to;
}

/**
 * Does work of a phase, and tells before and after. It begins once that was told: a loop tells nothing any more.
 * @param model its id.
 */
export async function during<Result>(
  phase: WorkPhase,
  model: string,
  work: () => Promise<Result> | Result,
): Promise<Result> {
  const id = ++count;
  await tell({ id, phase, model });
  try {
    return await work();
  } finally {
    void tell({ id, model });
  }
}
