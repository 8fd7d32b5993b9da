import { AttentionPanel } from './attentionPanel';
import { Session, type SessionOptions } from './session';
import { Workbench } from './workbench';

/** What the tests of a suite share, there from the suite's first `before` on. */
export interface SuiteWorkbench {
  readonly session: Session;
  readonly workbench: Workbench;
  /** The attention panel, once it is found. */
  readonly panel: AttentionPanel;
}

/**
 * One session and its window for all tests of a suite.
 * @param prepare done before the window opens: files of the workspace
 * @param options of the session; a function is called right before it starts
 */
export function useWorkbench(
  prepare?: (session: Session) => unknown,
  options: SessionOptions | (() => SessionOptions | Promise<SessionOptions>) = {},
): SuiteWorkbench {
  const session = new Session();
  const workbench = new Workbench();
  before(async () => {
    await session.start(typeof options === 'function' ? await options() : options);
    await prepare?.(session);
    await session.openWorkbench(workbench);
  });
  pictureFailures(workbench);
  after(() => session.stop());
  return { session, workbench, panel: new AttentionPanel(workbench) };
}

/** After each test that fails: what was on screen, in out/e2e-failures/; a list left open would stand in the next one's way. */
function pictureFailures(workbench: Workbench): void {
  afterEach(async function () {
    const test = this.currentTest;
    // A test that is tried again has no state yet.
    if (!test || test.isPending() || test.isPassed()) return;
    const file = `out/e2e-failures/${test.fullTitle().replace(/\W+/g, '-').slice(0, 100)}.png`;
    const { page } = workbench;
    if (page.isClosed()) return;
    await page.screenshot({ path: file });
    console.log(`      on screen: ${file}`);
    await workbench.dismissQuickInput();
  });
}
