import * as vscode from 'vscode';
import { plainItem } from '../shown/plainItem';

/** A tree whose contents are loaded when it is first seen: the view is there from activation on, and costs nothing. */
export class LazyTree<Node> implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<Node | Node[] | undefined | void>();
  readonly onDidChangeTreeData = this.emitter.event;
  readonly view: vscode.TreeView<Node>;
  private loaded?: Promise<vscode.TreeDataProvider<Node>>;
  private subscription?: vscode.Disposable;

  /** @param load gives what fills the view. */
  constructor(
    id: string,
    options: Omit<vscode.TreeViewOptions<Node>, 'treeDataProvider'>,
    private readonly load: (view: vscode.TreeView<Node>) => Promise<vscode.TreeDataProvider<Node>>,
  ) {
    this.view = vscode.window.createTreeView(id, { ...options, treeDataProvider: this });
  }

  async getChildren(node?: Node): Promise<Node[]> {
    return (await (await this.provider()).getChildren(node)) ?? [];
  }

  async getTreeItem(node: Node): Promise<vscode.TreeItem> {
    return plainItem(await (await this.provider()).getTreeItem(node));
  }

  async resolveTreeItem(item: vscode.TreeItem, node: Node, token: vscode.CancellationToken): Promise<vscode.TreeItem> {
    return (await (await this.provider()).resolveTreeItem?.(item, node, token)) ?? item;
  }

  dispose(): void {
    this.subscription?.dispose();
    this.view.dispose();
    this.emitter.dispose();
  }

  private provider(): Promise<vscode.TreeDataProvider<Node>> {
    return (this.loaded ??= this.load(this.view).then(provider => {
      this.subscription = provider.onDidChangeTreeData?.(node => this.emitter.fire(node ?? undefined));
      return provider;
    }));
  }
}
