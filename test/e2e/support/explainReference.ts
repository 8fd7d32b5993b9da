import { writeFile } from 'node:fs/promises';
import { AttentionPanel } from './attentionPanel';
import { pytorchReference } from './directAttention';
import type { Session } from './session';
import type { Workbench } from './workbench';

/** Opens a window and explains the text there that PyTorch's reference is of, until the picture is painted. */
export async function explainReference(session: Session): Promise<{ workbench: Workbench; panel: AttentionPanel }> {
  await writeFile(session.inWorkspace('reference.ts'), pytorchReference().text);
  const workbench = await session.openWorkbench();
  await workbench.openFile('reference.ts');
  await workbench.selectAll();
  await workbench.runCommand('Headlight: Explain Attention');
  const panel = await AttentionPanel.find(workbench);
  await panel.picture();
  return { workbench, panel };
}
