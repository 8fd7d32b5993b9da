import * as vscode from 'vscode';
import { codeBlock, paragraphs } from '../../core/markup/markdown';
import type { Run, RunHistory } from '../runs/runHistory';
import { runDescription } from '../runs/runDescription';
import { markdownString } from '../shown/markdownString';
import { plainItem } from '../shown/plainItem';

/** The sidebar's list of what was explained in this session, the newest first. */
export class RunsTree implements vscode.TreeDataProvider<Run> {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(private readonly history: RunHistory) {
    this.onDidChangeTreeData = history.onDidChange;
  }

  getChildren(run?: Run): Run[] {
    return run ? [] : [...this.history.all];
  }

  getTreeItem(run: Run): vscode.TreeItem {
    const { name, renamed, source, explanation } = run;
    const changed = this.history.isOutdated(run);
    const place = source.title.replace(/, lines? (?=\d)/, ' ');
    const label = renamed ? name : place;
    const described = runDescription(run, this.history);
    const said = [renamed && place, changed && 'changed since', described].filter(Boolean).join(' · ');
    const item = new vscode.TreeItem(label);
    item.id = explanation.run;
    item.description = said;
    item.iconPath = new vscode.ThemeIcon(changed ? 'edit' : 'symbol-string');
    item.contextValue = changed ? 'run.changed' : 'run';
    item.tooltip = markdownString(
      paragraphs(`${label} · ${said} · ${explanation.tokens.length} tokens`, codeBlock(textOf(run).slice(0, 600))),
    );
    item.accessibilityInformation = { label: `${label}, ${said}` };
    item.command = { command: 'headlight.showRun', title: 'Show Run', arguments: [run] };
    return plainItem(item);
  }
}

/** The text of a run, or both texts of a pair in their order. */
function textOf({ source: { text, pair } }: Run): string {
  if (!pair) return text;
  return (pair.goesFirst ? [pair.text, text] : [text, pair.text]).join('\n');
}
