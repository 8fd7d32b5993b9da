import * as vscode from 'vscode';
import { imageTree, type ImageFolder } from '../../core/images/imageTree';
import type { WorkspaceImage } from '../captions/findImages';
import {
  captionOf,
  isGuess,
  phaseNames,
  shownCaption,
  verdictOf,
  type ImagePhase,
  type ImageState,
} from '../captions/imageState';
import type { WorkspaceImages } from '../captions/workspaceImages';
import { filterName, passes, type ImageFilter } from './imageFilter';

/** A line of the view. */
export type ImageNode = { readonly folder: ImageFolder<WorkspaceImage> } | { readonly image: WorkspaceImage };

const icons: Readonly<Record<ImagePhase, readonly [icon: string, color?: string]>> = {
  none: ['file-media'],
  queued: ['clock'],
  running: ['loading~spin'],
  done: ['pass'],
  edited: ['edit'],
  stale: ['history', 'list.warningForeground'],
  failed: ['error', 'list.errorForeground'],
};
/** In place of a state's, where the model was not sure. */
const guessIcons = {
  'not sure': ['question', 'list.warningForeground'],
  photo: ['device-camera', 'list.warningForeground'],
} as const;

/**
 * Milliseconds for which changes are gathered before the view is drawn again. VS Code waits for 200 without a change before
 * it draws: where changes came more often, a batch would be seen only at its end.
 */
const redrawDelay = 300;

/** The sidebar's tree of the workspace's images, each with its caption or how it stands. */
export class ImagesTree implements vscode.TreeDataProvider<ImageNode>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<ImageNode[] | undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  private readonly nodes = new Map<string, ImageNode>();
  private readonly changed = new Set<ImageNode>();
  private listChanged = false;
  private timer?: NodeJS.Timeout;
  private shownFilter?: ImageFilter;
  private readonly subscription: vscode.Disposable;

  /** @param tooltip what an image's tooltip says, with its thumbnail. */
  constructor(
    private readonly images: WorkspaceImages,
    private readonly view: vscode.TreeView<ImageNode>,
    private readonly tooltip: (
      image: WorkspaceImage,
      state: ImageState,
      token: vscode.CancellationToken,
    ) => Promise<vscode.MarkdownString>,
  ) {
    this.subscription = images.onDidChange(image => this.redraw(image));
  }

  get filter(): ImageFilter | undefined {
    return this.shownFilter;
  }

  set filter(filter: ImageFilter | undefined) {
    this.shownFilter = filter;
    void vscode.commands.executeCommand('setContext', 'headlight.imagesFiltered', filter !== undefined);
    this.emitter.fire(undefined);
  }

  async getChildren(node?: ImageNode): Promise<ImageNode[]> {
    if (node) return 'folder' in node ? this.inside(node.folder) : [];
    const all = await this.images.listed();
    const shown = all.filter(image => passes(this.filter, image, this.images.state(image)));
    // An image keeps its node: VS Code redraws only nodes that it was given.
    const there = new Set(all.map(image => image.uri.toString()));
    for (const key of this.nodes.keys()) if (!there.has(key)) this.nodes.delete(key);
    this.tell(all, shown.length);
    return this.inside(imageTree(shown));
  }

  getTreeItem(node: ImageNode): vscode.TreeItem {
    return 'folder' in node
      ? folderItem(node.folder, this.filter !== undefined)
      : imageItem(node.image, this.images.state(node.image));
  }

  async resolveTreeItem(
    item: vscode.TreeItem,
    node: ImageNode,
    token: vscode.CancellationToken,
  ): Promise<vscode.TreeItem> {
    if ('image' in node) item.tooltip = await this.tooltip(node.image, this.images.state(node.image), token);
    return item;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
    this.emitter.dispose();
  }

  private inside({ folders, images }: ImageFolder<WorkspaceImage>): ImageNode[] {
    return [...folders.map(folder => ({ folder })), ...images.map(image => this.node(image))];
  }

  private node(image: WorkspaceImage): ImageNode {
    const key = image.uri.toString();
    const known = this.nodes.get(key);
    const node = known && 'image' in known && known.image === image ? known : { image };
    this.nodes.set(key, node);
    return node;
  }

  private redraw(image: WorkspaceImage | undefined): void {
    const node = image && this.nodes.get(image.uri.toString());
    if (node && !this.filter) this.changed.add(node);
    else if (!image || this.filter) this.listChanged = true;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.emitter.fire(this.listChanged ? undefined : [...this.changed]);
      if (!this.listChanged) void this.images.listed().then(all => this.tell(all));
      this.listChanged = false;
      this.changed.clear();
    }, redrawDelay);
  }

  private tell(all: readonly WorkspaceImage[], shown?: number): void {
    const captioned = all.filter(image => captionOf(this.images.state(image)) !== undefined).length;
    const guesses = all.filter(image => isGuess(this.images.state(image))).length;
    this.view.description =
      all.length > 0
        ? `${captioned.toLocaleString('en')} of ${all.length.toLocaleString('en')} captioned${guesses > 0 ? `, ${guesses.toLocaleString('en')} not sure` : ''}`
        : undefined;
    if (shown === undefined) return;
    const { tooLarge } = this.images;
    const messages = [
      ...(this.filter
        ? [
            `${shown === 0 ? 'No image' : shown === 1 ? '1 image' : `${shown.toLocaleString('en')} images`}: ${filterName(this.filter)}`,
          ]
        : []),
      ...(tooLarge > 0
        ? [
            `${tooLarge === 1 ? '1 image is' : `${tooLarge.toLocaleString('en')} images are`} larger than headlight.captions.maximumFileSize and left out.`,
          ]
        : []),
    ];
    this.view.message = messages.join(' · ') || undefined;
  }
}

function folderItem({ name, path }: ImageFolder<WorkspaceImage>, filtered: boolean): vscode.TreeItem {
  const item = new vscode.TreeItem(name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = `folder ${path}${filtered ? ' filtered' : ''}`;
  item.iconPath = vscode.ThemeIcon.Folder;
  item.contextValue = 'folder';
  return item;
}

function imageItem(image: WorkspaceImage, state: ImageState): vscode.TreeItem {
  const name = image.path.split('/').at(-1)!;
  const [icon, color] = iconOf(state);
  const words =
    state.phase === 'failed' ? state.reason.replace(`${name} `, '') : (shownCaption(state) ?? phaseNames[state.phase]);
  const item = new vscode.TreeItem(name);
  item.id = image.uri.toString();
  item.description = words;
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.contextValue = `image ${state.phase}`;
  item.accessibilityInformation = {
    label: `${name}, ${words}${state.phase === 'edited' || state.phase === 'stale' ? `, ${phaseNames[state.phase]}` : ''}`,
  };
  item.command = { command: 'headlight.captionImage', title: 'Caption Image', arguments: [image.uri] };
  return item;
}

function iconOf(state: ImageState): readonly [icon: string, color?: string] {
  const verdict = state.phase === 'done' ? verdictOf(state) : undefined;
  return verdict === 'not sure' || verdict === 'photo' ? guessIcons[verdict] : icons[state.phase];
}
