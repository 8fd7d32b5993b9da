import { writeFile } from 'node:fs/promises';
import { type Attention, pytorchReference, shippedAttention } from './directAttention';
import type { Session, SessionOptions } from './session';
import { type SuiteWorkbench, useWorkbench } from './useWorkbench';

/** What the tests of a suite about the attention panel share, there from the suite's first `before` on. */
export interface SuitePanel extends SuiteWorkbench {
  /** The text that is explained, and what PyTorch computes for it. */
  readonly reference: ReturnType<typeof pytorchReference>;
  /** What the shipped int8 file computes for it. */
  readonly shipped: Attention;
}

/**
 * {@link useWorkbench}, in which the text that PyTorch's reference is of has been explained and its picture painted.
 * @param prepare done before the window opens
 * @param options of the session
 */
export function usePanel(prepare?: (session: Session) => unknown, options?: SessionOptions): SuitePanel {
  const suite = useReference(prepare, options);
  const { workbench, panel } = suite;
  before(async () => {
    await workbench.selectAll();
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.find();
    await panel.picture();
  });
  return suite;
}

/** {@link usePanel} before anything is explained: the text is open, `panel` not found. */
export function useReference(prepare?: (session: Session) => unknown, options?: SessionOptions): SuitePanel {
  const reference = pytorchReference();
  let attention: Attention;
  const suite = useWorkbench(async session => {
    attention = shippedAttention(reference.ids);
    await writeFile(session.inWorkspace('reference.ts'), reference.text);
    await prepare?.(session);
  }, options);
  before(() => suite.workbench.openFile('reference.ts'));
  return { ...suite, reference, shipped: (head, query, key) => attention(head, query, key) };
}
