import { HubServer, type HubRepository } from '../../support/hubServer';
import type { Session, SessionOptions } from './session';
import { type SuiteWorkbench, useWorkbench } from './useWorkbench';

/**
 * {@link useWorkbench} with a hub on this machine in place of huggingface.co, there from the first `before` on, too.
 * @param repositories what the hub holds, by name
 * @param prepare done before the window opens
 */
export function useHub(
  repositories: () => Readonly<Record<string, HubRepository>>,
  prepare?: (session: Session) => unknown,
  settings?: SessionOptions['settings'],
): SuiteWorkbench & { readonly hub: () => HubServer } {
  let hub: HubServer;
  const suite = useWorkbench(prepare, async () => {
    hub = await HubServer.start(repositories());
    return { machineSettings: { 'headlight.hub': hub.address }, settings };
  });
  after(() => hub.stop());
  return { ...suite, hub: () => hub };
}
