import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Session } from '../e2e/support/session';
import type { Workbench } from '../e2e/support/workbench';
import type { HostOrder, HostParts } from './inHost';

/**
 * Has a part of `inHost.ts` done in the extension host of a real window, and waits for what it measured.
 * @param prepare done before the window opens: files of the workspace.
 * @param look is called before and after, and once a second meanwhile.
 */
export async function inHost<Part extends keyof HostParts>(
  part: Part,
  prepare: (session: Session) => unknown = () => undefined,
  look: (workbench: Workbench, when: 'before' | 'meanwhile' | 'after') => unknown = () => undefined,
): Promise<HostParts[Part]> {
  const scratch = process.env.HEADLIGHT_SCRATCH!;
  const report = path.join(scratch, `${part}.json`);
  const order: HostOrder = { root: path.resolve('.'), report, script: 'out/test/soak/inHost.js', part };
  const session = await Session.start({
    extensions: 'extensions-host',
    env: { HEADLIGHT_HOST_SUITE: JSON.stringify(order) },
  });
  try {
    await prepare(session);
    const workbench = await session.openWorkbench();
    await look(workbench, 'before');
    while (!existsSync(report)) {
      await workbench.page.waitForTimeout(1000);
      await look(workbench, 'meanwhile');
    }
    await look(workbench, 'after');
    const result = JSON.parse(readFileSync(report, 'utf8')) as HostParts[Part] | { text: string };
    if ('text' in result) throw new Error(result.text);
    return result;
  } finally {
    await session.stop();
  }
}
