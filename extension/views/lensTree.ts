import * as vscode from 'vscode';
import { heaviestKeys, type LensKey } from '../../core/attention/lensWeights';
import type { AttentionLens } from '../lens/attentionLens';
import type { LensRow } from '../lens/lensRow';
import { weightWords } from '../lens/lensWording';
import { plainItem } from '../shown/plainItem';

/** A line of the view: what is measured, or a stretch of text with its weight. */
type LensItem = { readonly row: LensRow; readonly key?: LensKey };

const keysShown = 10;

/** The sidebar's view of the lens: what is measured, and the ten tokens that the caret's token looks at most. */
export class LensTree implements vscode.TreeDataProvider<LensItem>, vscode.Disposable {
  readonly onDidChangeTreeData: vscode.Event<void>;
  private readonly view: vscode.TreeView<LensItem>;
  private readonly subscription: vscode.Disposable;

  constructor(private readonly lens: AttentionLens) {
    this.onDidChangeTreeData = lens.onDidChange;
    this.view = vscode.window.createTreeView('headlight.lens', { treeDataProvider: this });
    this.subscription = lens.onDidChange(() => {
      this.view.message =
        lens.message ??
        (lens.row?.withoutFirst ? 'The first token is left out; weights are divided by what is left.' : undefined);
    });
  }

  getChildren(item?: LensItem): LensItem[] {
    const { row } = this.lens;
    if (item || !row) return [];
    return [{ row }, ...heaviestKeys(row.keys, keysShown).map(key => ({ row, key }))];
  }

  getTreeItem({ row, key }: LensItem): vscode.TreeItem {
    return plainItem(key ? keyItem(row, key) : headItem(row));
  }

  dispose(): void {
    this.subscription.dispose();
    this.view.dispose();
  }
}

function headItem(row: LensRow): vscode.TreeItem {
  const measured = row.headWords[0].toUpperCase() + row.headWords.slice(1);
  const item = new vscode.TreeItem(measured);
  item.id = 'head';
  item.description = `from “${row.queryWords}” · ${row.run.model.id}`;
  item.iconPath = new vscode.ThemeIcon('settings');
  item.tooltip = 'What is measured; click to choose a head.';
  item.accessibilityInformation = {
    label: `${measured} of ${row.run.model.id}, from ${row.queryWords}; choose a head`,
  };
  item.command = { command: 'headlight.lens.chooseHead', title: 'Choose Head' };
  return item;
}

function keyItem(row: LensRow, key: LensKey): vscode.TreeItem {
  const words = row.keyWords(key);
  const range = row.rangeOf(key);
  const line = row.isQuery(key) ? 'itself' : range ? `line ${range.start.line + 1}` : 'special token';
  const place = [line, row.sentencesOf(key)].filter(Boolean).join(' · ');
  const item = new vscode.TreeItem(words);
  item.id = `key ${key.token}`;
  item.description = `${weightWords(key.weight)} · ${place}`;
  item.iconPath = new vscode.ThemeIcon(
    'circle-filled',
    new vscode.ThemeColor(`headlight.lens${Math.max(1, row.stepOf(key))}`),
  );
  item.tooltip = row.sentence(key);
  item.accessibilityInformation = { label: `${words}, ${weightWords(key.weight)}, ${place}` };
  item.command = range && { command: 'headlight.lens.reveal', title: 'Reveal in the Editor', arguments: [key] };
  return item;
}
