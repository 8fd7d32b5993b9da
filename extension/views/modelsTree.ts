import * as vscode from 'vscode';
import type { CatalogueEntry, ModelCatalogue } from '../models/modelCatalogue';

/** The sidebar's list of models, the one in use marked. */
export class ModelsTree implements vscode.TreeDataProvider<CatalogueEntry> {
  readonly onDidChangeTreeData: vscode.Event<void>;

  constructor(private readonly catalogue: ModelCatalogue) {
    this.onDidChangeTreeData = catalogue.onDidChange;
  }

  getChildren(entry?: CatalogueEntry): Promise<CatalogueEntry[]> {
    return entry ? Promise.resolve([]) : this.catalogue.entries();
  }

  getTreeItem({ id, purpose, brief, architecture, size, dtype }: CatalogueEntry): vscode.TreeItem {
    const used = id === this.catalogue.usedId;
    const item = new vscode.TreeItem(id);
    item.id = id;
    item.description = used ? `in use · ${brief}` : brief;
    item.iconPath = new vscode.ThemeIcon(used ? 'pass-filled' : 'circle-large-outline', used ? new vscode.ThemeColor('charts.blue') : undefined);
    item.contextValue = used ? 'modelInUse' : 'model';
    item.tooltip = new vscode.MarkdownString(`**${id}**, built in: ${purpose}\n\n${architecture}${size ? `, ${size}` : ''}, ${dtype}`);
    item.accessibilityInformation = { label: `${id}, ${purpose}${used ? ', in use' : ''}` };
    item.command = used ? undefined : { command: 'headlight.useModel', title: 'Use Model', arguments: [{ id }] };
    return item;
  }
}
