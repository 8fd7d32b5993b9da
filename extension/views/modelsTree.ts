import * as vscode from 'vscode';
import { type Markdown, markdownOf, paragraphs } from '../../core/markup/markdown';
import { formatBytes } from '../../core/models/formatBytes';
import type { Download, Downloads } from '../models/downloads';
import type { HubFacts, KnownOfHub } from '../models/hubFacts';
import type { CatalogueEntry, ModelCatalogue } from '../models/modelCatalogue';
import {
  estimatedSize,
  recommendedModels,
  type RecommendedGroup,
  type RecommendedModel,
} from '../models/recommendedModels';
import { markdownString } from '../shown/markdownString';

type GroupId = 'builtIn' | 'downloaded' | 'workspace' | 'folder' | 'recommended';

/** A line of the tree. */
export type ModelItem =
  | { readonly kind: 'group'; readonly group: GroupId; readonly children: readonly ModelItem[] }
  | { readonly kind: 'model'; readonly entry: CatalogueEntry }
  | { readonly kind: 'download'; readonly name: Pick<Download, 'id' | 'dtype'> }
  | { readonly kind: 'task'; readonly task: RecommendedGroup }
  | { readonly kind: 'recommended'; readonly model: RecommendedModel; readonly task: RecommendedGroup };

const groupWords: Readonly<Record<GroupId, string>> = {
  builtIn: 'Built In',
  downloaded: 'Downloaded',
  workspace: 'In This Workspace',
  folder: 'From Other Folders',
  recommended: 'Recommended from the Hub',
};

/** The sidebar's list of models: those that can be used, the ones in use marked, and those that can be downloaded. */
export class ModelsTree implements vscode.TreeDataProvider<ModelItem>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<ModelItem | undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  private readonly subscriptions: vscode.Disposable[];
  /** The lines of the downloads that are shown, so that their progress changes no other line. */
  private shown: readonly (ModelItem & { kind: 'download' })[] = [];

  /** The lines of the recommended models that are shown, by their ids. */
  private readonly recommended = new Map<string, ModelItem>();

  constructor(
    private readonly catalogue: ModelCatalogue,
    private readonly downloads: Downloads,
    private readonly hub: KnownOfHub,
  ) {
    const changed = () => this.emitter.fire(undefined);
    this.subscriptions = [
      catalogue.onDidChange(changed),
      downloads.onDidChange(changed),
      hub.onDidChange(id => this.emitter.fire(this.recommended.get(id))),
      downloads.onDidProgress(({ id, dtype }) => {
        const item = this.shown.find(({ name }) => name.id === id && name.dtype === dtype);
        if (item) this.emitter.fire(item);
      }),
    ];
  }

  async getChildren(item?: ModelItem): Promise<ModelItem[]> {
    switch (item?.kind) {
      case undefined:
        return this.groups();
      case 'group':
        return [...item.children];
      case 'task': {
        const lines = item.task.models.map((model): ModelItem & { kind: 'recommended' } => ({
          kind: 'recommended',
          model,
          task: item.task,
        }));
        for (const line of lines) this.recommended.set(line.model.id, line);
        this.hub.ask(lines.map(({ model }) => model.id));
        return lines;
      }
      default:
        return [];
    }
  }

  getTreeItem(item: ModelItem): vscode.TreeItem {
    switch (item.kind) {
      case 'group':
        return groupItem(item.group, item.children);
      case 'model':
        return modelItem(item.entry, this.catalogue.isUsed(item.entry));
      case 'download':
        return downloadItem(
          this.downloads.all.find(({ id, dtype }) => id === item.name.id && dtype === item.name.dtype),
          item.name,
        );
      case 'task':
        return taskItem(item.task);
      case 'recommended':
        return recommendedItem(item.model, item.task, this.hub.of(item.model.id));
    }
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.emitter.dispose();
  }

  private async groups(): Promise<ModelItem[]> {
    const { catalogue, downloads } = this;
    const [builtIn, downloaded, workspace, folder] = (
      await Promise.all([
        catalogue.builtInModels(),
        catalogue.downloaded(),
        catalogue.inWorkspace(),
        catalogue.inFolders(),
      ])
    ).map(entries => entries.map((entry): ModelItem => ({ kind: 'model', entry })));
    this.shown = downloads.all.map(({ id, dtype }) => ({ kind: 'download', name: { id, dtype } }));
    const group = (id: GroupId, children: readonly ModelItem[]): ModelItem => ({ kind: 'group', group: id, children });
    return [
      group('builtIn', builtIn),
      group('downloaded', [...this.shown, ...downloaded]),
      group('workspace', workspace),
      group('folder', folder),
      group(
        'recommended',
        recommendedModels.map(task => ({ kind: 'task', task })),
      ),
    ].filter(each => each.kind === 'group' && (each.children.length > 0 || each.group === 'builtIn'));
  }
}

function groupItem(group: GroupId, children: readonly ModelItem[]): vscode.TreeItem {
  const collapsed =
    group === 'recommended' ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.Expanded;
  const item = new vscode.TreeItem(groupWords[group], collapsed);
  const bytes = children.reduce((sum, child) => sum + (child.kind === 'model' ? child.entry.bytes : 0), 0);
  item.id = `group ${group}`;
  item.contextValue = `group.${group}`;
  if (group === 'downloaded' && bytes > 0) item.description = formatBytes(bytes);
  if (children.length === 0) item.description = 'missing: install Headlight again';
  return item;
}

function modelItem(entry: CatalogueEntry, used: boolean): vscode.TreeItem {
  const { id, key, origin, task, purpose, brief, dtype, bytes } = entry;
  const item = new vscode.TreeItem(id.split('/').pop() ?? id);
  const facts = origin === 'builtIn' ? brief : `${dtype} · ${formatBytes(bytes)} · ${brief}`;
  item.id = key;
  item.description = used ? `in use · ${facts}` : facts;
  item.iconPath = new vscode.ThemeIcon(
    used ? 'pass-filled' : 'circle-large-outline',
    used ? new vscode.ThemeColor('charts.blue') : undefined,
  );
  item.contextValue = `model.${origin}${task === 'text2text-generation' ? '-writes' : ''}${used ? '.inUse' : ''}`;
  item.tooltip = markdownString(modelTooltip(entry));
  item.accessibilityInformation = {
    label: `${id}, ${purpose}${origin === 'builtIn' ? '' : `, ${dtype}, ${formatBytes(bytes)}`}${used ? ', in use' : ''}`,
  };
  item.command = used ? undefined : { command: 'headlight.useModel', title: 'Use Model', arguments: [{ id: key }] };
  return item;
}

function modelTooltip(entry: CatalogueEntry): Markdown {
  const { id, origin, purpose, architecture, size, dtype, bytes, folder, manifest } = entry;
  const origins = {
    builtIn: 'built in',
    downloaded: `downloaded from ${manifest?.hub ?? 'the hub'}`,
    workspace: 'in this workspace',
    folder: 'from a folder that you added',
  };
  return paragraphs(
    markdownOf`**${id}**, ${origins[origin]}: ${purpose}`,
    [architecture, size, dtype, formatBytes(bytes)].filter(Boolean).join(', '),
    manifest && `${manifest.licence ? `Licence ${manifest.licence}, ` : ''}revision ${manifest.revision.slice(0, 12)}`,
    origin === 'builtIn' ? undefined : folder,
  );
}

function downloadItem(download: Download | undefined, { id, dtype }: Pick<Download, 'id' | 'dtype'>): vscode.TreeItem {
  const item = new vscode.TreeItem(id.split('/').pop() ?? id);
  item.id = `download ${id}:${dtype}`;
  if (!download) return item;
  const { done, total, state, failure, waiting, elsewhere } = download;
  const percent = total > 0 ? Math.floor((done / total) * 100) : 0;
  const running = state === 'running';
  const amount = `${percent} % of ${formatBytes(total)}`;
  item.description = running
    ? `${dtype} · ${amount}${elsewhere ? ' · in another window' : ''}${waiting === undefined ? '' : ` · trying again in ${Math.ceil(waiting)} s`}`
    : `${dtype} · stopped at ${amount}`;
  item.iconPath = new vscode.ThemeIcon(
    running ? 'sync~spin' : failure ? 'warning' : 'debug-pause',
    failure ? new vscode.ThemeColor('list.warningForeground') : undefined,
  );
  item.contextValue = running ? 'download.running' : 'download.stopped';
  item.tooltip =
    failure ??
    `${id}, ${dtype}: ${running ? `downloading${elsewhere ? ' in another window' : ''}, ${amount}` : `stopped at ${amount}; download it to go on from there`}`;
  item.accessibilityInformation = {
    label: `${id}, ${running ? 'downloading' : 'download stopped'}, ${amount}${failure ? `, ${failure}` : ''}`,
  };
  return item;
}

function taskItem({ title, models, task }: RecommendedGroup): vscode.TreeItem {
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `task ${task}`;
  item.description = String(models.length);
  item.contextValue = 'task';
  return item;
}

function recommendedItem(
  model: RecommendedModel,
  { title }: RecommendedGroup,
  facts: HubFacts | undefined,
): vscode.TreeItem {
  const { id, parameters, licence, languages } = model;
  const item = new vscode.TreeItem(id.split('/').pop() ?? id);
  item.id = `recommended ${id}`;
  item.contextValue = 'recommended';
  item.command = { command: 'headlight.downloadModel', title: 'Download Model…', arguments: [{ id }] };
  if (facts && 'missing' in facts) {
    item.description = 'not on the hub';
    item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
    item.tooltip = facts.missing;
    item.accessibilityInformation = { label: `${id}, ${title}, not on the hub: ${facts.missing}` };
    return item;
  }
  const told = { licence: facts?.licence ?? licence, languages: facts?.languages.length ? facts.languages : languages };
  const estimate = estimatedSize(model);
  const size = facts ? `${formatBytes(facts.bytes)}${facts.dtype === 'q8' ? '' : ` (${facts.dtype})`}` : estimate;
  item.description = [size, told.languages.slice(0, 6).join(', '), told.licence].filter(Boolean).join(' · ');
  item.iconPath = new vscode.ThemeIcon('cloud');
  item.tooltip = markdownString(
    paragraphs(
      markdownOf`**${id}**: ${title.toLowerCase()}`,
      facts
        ? `${formatBytes(facts.bytes)} in ${facts.dtype}, as the hub says.`
        : `${parameters} million weights: ${estimate} in q8. The hub tells the true sizes before anything is downloaded.`,
      `Licence ${told.licence}${told.languages.length > 0 ? `; languages: ${told.languages.join(', ')}` : ''}`,
    ),
  );
  item.accessibilityInformation = { label: `${id}, ${title}, ${size}, not downloaded` };
  return item;
}
