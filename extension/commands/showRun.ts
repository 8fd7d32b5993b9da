import type { Run } from '../runs/runHistory';
import type { Services } from '../services/services';

/** `headlight.showRun`: shows a run of this session again. */
export function showRun({ panels }: Services, run: Run): void {
  panels.show(run);
}
