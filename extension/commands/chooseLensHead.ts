import * as vscode from 'vscode';
import type { RowReduction } from '../../core/protocol/runProtocol';
import { formatLensHead, headsOf } from '../lens/lensHead';
import { keepLensHead, lensSettings } from '../lens/lensSettings';
import type { Services } from '../services/services';

/** `headlight.lens.chooseHead`: a quick pick of what the lens shows: all heads made one, or one of the model's heads. */
export async function chooseLensHead({ lens: { row } }: Services): Promise<void> {
  const used = formatLensHead(lensSettings().head);
  const item = (head: RowReduction, label: string, detail?: string) => {
    const chosen = formatLensHead(head) === used;
    return {
      head,
      label: `$(${chosen ? 'pass-filled' : 'circle-large-outline'}) ${label}`,
      description: chosen ? 'in use' : undefined,
      detail,
    };
  };
  const items = [
    item('mean', 'Mean of all heads'),
    item('maximum', 'Maximum of all heads', 'For each token, the head that looks at it most'),
    ...(row ? headsOf(row.run.group) : []).map(head => item(head, `Head ${formatLensHead(head)}`)),
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'Headlight: Choose Head of the Lens',
    placeHolder: 'What the lens shows',
  });
  if (chosen) await keepLensHead(chosen.head);
}
