import type { Services } from '../services/services';

/** `headlight.stopInference`: ends the inference process and what it runs; the next request starts a new one. */
export function stopInference({ client, captionQueue }: Services): void {
  captionQueue.cancel();
  client.stop();
}
