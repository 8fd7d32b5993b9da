import * as vscode from 'vscode';
import { inputOf } from '../../../core/models/modelTask';
import type { CatalogueEntry } from '../../models/modelCatalogue';
import type { Services } from '../../services/services';

/** What models of an input are for, as a heading of the quick pick. */
const headings = { text: 'Explain Attention', image: 'images', speech: 'speech' } as const;

interface Item extends vscode.QuickPickItem {
  readonly key?: string;
}

/** `headlight.chooseModel`: a quick pick of all models, by what they are given; the chosen one is used from now on. */
export async function chooseModel({ catalogue }: Services): Promise<void> {
  const entries = await catalogue.entries();
  const items = (['text', 'image', 'speech'] as const).flatMap((input): Item[] => {
    const those = entries.filter(({ task }) => inputOf(task) === input);
    return those.length === 0
      ? []
      : [
          { label: `For ${headings[input]}`, kind: vscode.QuickPickItemKind.Separator },
          ...those.map(entry => itemOf(entry, catalogue.isUsed(entry))),
        ];
  });
  const add: Item = {
    label: '$(add) Add Model…',
    detail: 'By its name on the hub, or from a folder',
    alwaysShow: true,
  };
  const chosen = await vscode.window.showQuickPick<Item>(
    [...items, { label: '', kind: vscode.QuickPickItemKind.Separator }, add],
    { title: 'Headlight: Choose Model', placeHolder: 'A model to use from now on', matchOnDetail: true },
  );
  if (chosen === add) await vscode.commands.executeCommand('headlight.addModel');
  else if (chosen?.key !== undefined) await catalogue.use(chosen.key);
}

function itemOf({ key, id, purpose, size, architecture, dtype }: CatalogueEntry, used: boolean): Item {
  return {
    key,
    label: `$(${used ? 'pass-filled' : 'circle-large-outline'}) ${id}`,
    description: used ? `in use · ${dtype}` : dtype,
    detail: `${purpose} · ${architecture}${size ? ` · ${size}` : ''}`,
  };
}
