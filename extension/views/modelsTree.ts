import * as vscode from 'vscode';
import { formatBytes } from '../../core/models/formatBytes';
import { estimatedBytes } from '../../core/models/precisions';
import type { Download, Downloads } from '../models/downloads';
import type { CatalogueEntry, ModelCatalogue } from '../models/modelCatalogue';
import { recommendedModels, type RecommendedGroup, type RecommendedModel } from '../models/recommendedModels';

type GroupId = 'builtIn' | 'downloaded' | 'workspace' | 'folder' | 'recommended';

/** A line of the tree. */
export type ModelItem =
  | { readonly kind: 'group'; readonly group: GroupId; readonly children: readonly ModelItem[] }
  | { readonly kind: 'model'; readonly entry: CatalogueEntry }
  | { readonly kind: 'download'; readonly name: Pick<Download, 'id' | 'dtype'> }
  | { readonly kind: 'task'; readonly task: RecommendedGroup }
  | { readonly kind: 'recommended'; readonly model: RecommendedModel; readonly task: RecommendedGroup };

const groupWords: Readonly<Record<GroupId, string>> = {
  builtIn: 'Built In', downloaded: 'Downloaded', workspace: 'In This Workspace', folder: 'From Other Folders', recommended: 'Recommended from the Hub',
};

/** The sidebar's list of models: those that can be used, the ones in use marked, and those that can be downloaded. */
export class ModelsTree implements vscode.TreeDataProvider<ModelItem>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<ModelItem | undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  private readonly subscriptions: vscode.Disposable[];
  /** The lines of the downloads that are shown, so that their progress changes no other line. */
  private shown: readonly (ModelItem & { kind: 'download' })[] = [];

  constructor(private readonly catalogue: ModelCatalogue, private readonly downloads: Downloads) {
    const changed = () => this.emitter.fire(undefined);
    this.subscriptions = [
      catalogue.onDidChange(changed), downloads.onDidChange(changed),
      downloads.onDidProgress(({ id, dtype }) => {
        const item = this.shown.find(({ name }) => name.id === id && name.dtype === dtype);
        if (item) this.emitter.fire(item);
      }),
    ];
  }

  async getChildren(item?: ModelItem): Promise<ModelItem[]> {
    switch (item?.kind) {
      case undefined: return this.groups();
      case 'group': return [...item.children];
      case 'task': return item.task.models.map(model => ({ kind: 'recommended', model, task: item.task }));
      default: return [];
    }
  }

  getTreeItem(item: ModelItem): vscode.TreeItem {
    switch (item.kind) {
      case 'group': return groupItem(item.group, item.children);
      case 'model': return modelItem(item.entry, this.catalogue.isUsed(item.entry));
      case 'download': return downloadItem(this.downloads.all.find(({ id, dtype }) => id === item.name.id && dtype === item.name.dtype), item.name);
      case 'task': return taskItem(item.task);
      case 'recommended': return recommendedItem(item.model, item.task);
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.emitter.dispose();
  }

  private async groups(): Promise<ModelItem[]> {
    const { catalogue, downloads } = this;
    const [builtIn, downloaded, workspace, folder] = (await Promise.all(
      [catalogue.builtInModels(), catalogue.downloaded(), catalogue.inWorkspace(), catalogue.inFolders()]))
      .map(entries => entries.map((entry): ModelItem => ({ kind: 'model', entry })));
    this.shown = downloads.all.map(({ id, dtype }) => ({ kind: 'download', name: { id, dtype } }));
    const group = (id: GroupId, children: readonly ModelItem[]): ModelItem => ({ kind: 'group', group: id, children });
    return [
      group('builtIn', builtIn), group('downloaded', [...this.shown, ...downloaded]), group('workspace', workspace), group('folder', folder),
      group('recommended', recommendedModels.map(task => ({ kind: 'task', task }))),
    ].filter(each => each.kind === 'group' && (each.children.length > 0 || each.group === 'builtIn'));
  }
}

function groupItem(group: GroupId, children: readonly ModelItem[]): vscode.TreeItem {
  const collapsed = group === 'recommended' ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded;
  const item = new vscode.TreeItem(groupWords[group], collapsed);
  const bytes = children.reduce((sum, child) => sum + (child.kind === 'model' ? child.entry.bytes : 0), 0);
  item.id = `group ${group}`;
  item.contextValue = `group.${group}`;
  if (group === 'downloaded' && bytes > 0) item.description = formatBytes(bytes);
  if (children.length === 0) item.description = 'missing: install Headlight again';
  return item;
}

function modelItem(entry: CatalogueEntry, used: boolean): vscode.TreeItem {
  const { id, key, origin, task, purpose, brief, architecture, size, dtype, bytes, folder, manifest } = entry;
  const item = new vscode.TreeItem(id.split('/').pop() ?? id);
  const facts = origin === 'builtIn' ? brief : `${dtype} · ${formatBytes(bytes)} · ${brief}`;
  item.id = key;
  item.description = used ? `in use · ${facts}` : facts;
  item.iconPath = new vscode.ThemeIcon(used ? 'pass-filled' : 'circle-large-outline', used ? new vscode.ThemeColor('charts.blue') : undefined);
  item.contextValue = `model.${origin}${task === 'text2text-generation' ? '-writes' : ''}${used ? '.inUse' : ''}`;
  const origins = { builtIn: 'built in', downloaded: `downloaded from ${manifest?.hub ?? 'the hub'}`, workspace: 'in this workspace', folder: 'from a folder that you added' };
  const lines = [
    `**${id}**, ${origins[origin]}: ${purpose}`,
    [architecture, size, dtype, formatBytes(bytes)].filter(Boolean).join(', '),
    ...(manifest ? [`${manifest.licence ? `Licence ${manifest.licence}, ` : ''}revision \`${manifest.revision.slice(0, 12)}\``] : []),
    ...(origin === 'builtIn' ? [] : [`\`${folder}\``]),
  ];
  item.tooltip = new vscode.MarkdownString(lines.join('\n\n'));
  item.accessibilityInformation = { label: `${id}, ${purpose}${origin === 'builtIn' ? '' : `, ${dtype}, ${formatBytes(bytes)}`}${used ? ', in use' : ''}` };
  item.command = used ? undefined : { command: 'headlight.useModel', title: 'Use Model', arguments: [{ id: key }] };
  return item;
}

function downloadItem(download: Download | undefined, { id, dtype }: Pick<Download, 'id' | 'dtype'>): vscode.TreeItem {
  const item = new vscode.TreeItem(id.split('/').pop() ?? id);
  item.id = `download ${id}:${dtype}`;
  if (!download) return item;
  const { done, total, state, failure, waiting } = download;
  const percent = total > 0 ? Math.floor(done / total * 100) : 0;
  const running = state === 'running';
  const amount = `${percent} % of ${formatBytes(total)}`;
  item.description = running
    ? `${dtype} · ${amount}${waiting === undefined ? '' : ` · trying again in ${Math.ceil(waiting)} s`}`
    : `${dtype} · stopped at ${amount}`;
  item.iconPath = new vscode.ThemeIcon(running ? 'sync~spin' : failure ? 'warning' : 'debug-pause', failure ? new vscode.ThemeColor('list.warningForeground') : undefined);
  item.contextValue = running ? 'download.running' : 'download.stopped';
  item.tooltip = failure ?? `${id}, ${dtype}: ${running ? `downloading, ${amount}` : `stopped at ${amount}; download it to go on from there`}`;
  item.accessibilityInformation = { label: `${id}, ${running ? 'downloading' : 'download stopped'}, ${amount}${failure ? `, ${failure}` : ''}` };
  return item;
}

function taskItem({ title, models, task }: RecommendedGroup): vscode.TreeItem {
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `task ${task}`;
  item.description = String(models.length);
  item.contextValue = 'task';
  return item;
}

function recommendedItem({ id, parameters, licence, languages }: RecommendedModel, { title }: RecommendedGroup): vscode.TreeItem {
  const item = new vscode.TreeItem(id.split('/').pop() ?? id);
  const about = (precision: 'q8' | 'fp32') => `≈ ${formatBytes(estimatedBytes(parameters * 1e6, precision))}`;
  item.id = `recommended ${id}`;
  item.description = [about('q8'), languages.join(', '), licence].filter(Boolean).join(' · ');
  item.iconPath = new vscode.ThemeIcon('cloud');
  item.contextValue = 'recommended';
  item.tooltip = new vscode.MarkdownString([
    `**${id}**: ${title.toLowerCase()}`,
    `${parameters} million weights: q8 ${about('q8')}, fp32 ${about('fp32')}. The hub tells the true sizes before anything is downloaded.`,
    `Licence ${licence}${languages.length > 0 ? `; languages: ${languages.join(', ')}` : ''}`,
  ].join('\n\n'));
  item.accessibilityInformation = { label: `${id}, ${title}, about ${formatBytes(estimatedBytes(parameters * 1e6, 'q8'))}, not downloaded` };
  item.command = { command: 'headlight.downloadModel', title: 'Download Model…', arguments: [{ id }] };
  return item;
}
