import * as vscode from 'vscode';
import type { Run, RunHistory } from '../runs/runHistory';

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
    const { name, source, explanation, time } = run;
    const tokens = `${explanation.tokens.length} tokens`;
    const item = new vscode.TreeItem(name);
    item.id = explanation.run;
    // Runs of one text are told apart by their models.
    const twins = this.history.all.some(other => other !== run && other.name === name);
    item.description = twins ? `${explanation.model.id} · ${explanation.model.dtype}` : tokens;
    item.iconPath = new vscode.ThemeIcon('symbol-string');
    item.contextValue = 'run';
    item.tooltip = new vscode.MarkdownString()
      .appendText(`${source.title} · ${explanation.model.id} · ${tokens} · ${time.toLocaleTimeString()}`)
      .appendCodeblock(source.text.slice(0, 600));
    item.accessibilityInformation = { label: `${name}, ${explanation.model.id}, ${tokens}` };
    item.command = { command: 'headlight.showRun', title: 'Show Run', arguments: [run] };
    return item;
  }
}
