import * as vscode from 'vscode';
import type { Services } from '../services';

/** `headlight.chooseModel`: a quick pick of all models; the chosen one is used from now on. */
export async function chooseModel({ catalogue }: Services): Promise<void> {
  const used = catalogue.usedId;
  const items = (await catalogue.entries()).map(({ id, purpose, size, architecture }) => ({
    id,
    label: `$(${id === used ? 'pass-filled' : 'circle-large-outline'}) ${id}`,
    description: id === used ? 'in use' : undefined,
    detail: `${purpose} · ${architecture}${size ? ` · ${size}` : ''}`,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: 'Headlight: Choose Model', placeHolder: 'Model for Explain Attention', matchOnDetail: true });
  if (chosen) await catalogue.use(chosen.id);
}
