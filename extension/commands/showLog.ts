import type { Services } from '../services/services';

/** `headlight.showLog`: opens Headlight's channel in the Output view. */
export function showLog({ log }: Services): void {
  log.show();
}
