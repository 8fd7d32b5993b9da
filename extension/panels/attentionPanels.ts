import * as vscode from 'vscode';
import type { PanelSelection } from '../../core/protocol/attentionPanelProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { sourceFromJson, withWriting, type ChosenWriting, type SourceText } from '../source/sourceText';
import type { ModelCatalogue } from '../models/modelCatalogue';
import { explainRun } from '../runs/explainRun';
import type { Run } from '../runs/runHistory';
import { AttentionPanel, type PanelServices } from './attentionPanel';
import { keptLoop } from './panelLoop';
import { attentionViewType } from './attentionViewType';

/** The attention panels of this window: of those not pinned the one looked at last is used again, others are made on request, and all come back after a reload. */
export class AttentionPanels implements vscode.Disposable {
  private readonly panels = new Set<AttentionPanel>();
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly services: PanelServices,
    private readonly catalogue: ModelCatalogue,
  ) {
    this.subscription = services.history.onDidDelete(run => this.panels.forEach(panel => panel.forget(run)));
    services.history.isShown = run => this.isShown(run);
  }

  /**
   * Explains a text in the panel that there is, or in a new one beside the editor.
   * @param look tells what of the run is to be looked at first.
   */
  explain(source: SourceText, model: ModelReference, look?: (run: Run) => Promise<PanelSelection>): Promise<void> {
    return this.reveal().explain(source, model, {}, look);
  }

  /** The panel in which a text is to be explained: the one that there is, or one beside the editor that is new. */
  open(where: 'last' | 'new'): AttentionPanel {
    return where === 'new' ? this.create() : this.reveal();
  }

  /** Explains what the panels show of a model once more, with other languages or another task. */
  async explainAgain({ folder }: ModelReference, writing: ChosenWriting): Promise<void> {
    const shown = [...this.panels].filter(({ asked }) => asked?.model.folder === folder);
    await Promise.all(shown.map(panel => panel.explain(withWriting(panel.asked!.source, writing), panel.asked!.model)));
  }

  /** Shows a run again: in the panel that shows it, or in the one that there is. */
  show(run: Run): void {
    const panel = [...this.panels].find(p => p.run === run);
    if (panel) panel.view.reveal(undefined, true);
    else this.reveal().showRun(run);
  }

  /**
   * Explains the text of a run as it is now: of the given one, else of the one that is shown, first of all of the document
   * in which the user writes.
   * @returns false where no run is shown.
   */
  async explainRunAgain(run?: Run): Promise<boolean> {
    if (run) this.show(run);
    const shown = [...this.panels].filter(panel => panel.run !== undefined);
    const written = vscode.window.activeTextEditor?.document.uri.toString();
    const panel = run
      ? shown.find(candidate => candidate.run === run)
      : (shown.filter(candidate => candidate.run?.source.uri.toString() === written).pop() ?? shown.pop());
    await panel?.explainAgain();
    return panel !== undefined;
  }

  /** Runs another model on the text of a run, in the panel that shows it. */
  async explainWith(run: Run, source: SourceText, model: ModelReference): Promise<void> {
    this.show(run);
    await [...this.panels].find(panel => panel.run === run)?.explainBehind(source, model);
  }

  /** The run of the panel that was looked at last. */
  get shown(): Run | undefined {
    return [...this.panels].pop()?.run;
  }

  /** The run that {@link shown} is held against. */
  get other(): Run | undefined {
    return [...this.panels].pop()?.other;
  }

  /** Makes the tokens of a selection the keys that attention is cut to, in the panel looked at last that has them; else why not, as a sentence. */
  cutSelection(editor: vscode.TextEditor): string | undefined {
    const panels = [...this.panels].reverse().filter(({ run }) => run);
    if (panels.some(panel => panel.cutSelection(editor))) return undefined;
    const uri = editor.document.uri.toString();
    return panels.some(({ run }) => run?.source.uri.toString() === uri)
      ? 'The selection holds nothing of the text that was explained, as it reads now; select some of it, or explain it again.'
      : 'No panel shows a run of this document; explain its text first, then select what attention is to be cut to.';
  }

  /** Shows a run held against another. */
  compare(one: Run, other: Run): void {
    this.show(one);
    [...this.panels].find(panel => panel.run === one)?.compareWith(other);
  }

  /** Brings a panel back after the window was reloaded: its text is run again, and that of the run it was compared with. */
  async restore(view: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { restore, selection, loop } = (state ?? {}) as {
      restore?: { model?: unknown; dtype?: unknown; partner?: { model?: unknown; dtype?: unknown } };
      selection?: PanelSelection;
      loop?: unknown;
    };
    const source = sourceFromJson(restore);
    if (!source) {
      view.dispose();
      return;
    }
    const panel = this.add(view);
    panel.loop.set(keptLoop(loop));
    await panel.explain(source, await this.catalogue.named(restore?.model, restore?.dtype), selection);
    const partner = sourceFromJson(restore?.partner);
    const one = panel.run;
    if (!partner || !one) return;
    const other = await explainRun(
      this.services,
      partner,
      await this.catalogue.named(restore?.partner?.model, restore?.partner?.dtype),
      new vscode.CancellationTokenSource().token,
    );
    if (other && panel.run === one) panel.compareWith(other, false);
  }

  dispose(): void {
    this.subscription.dispose();
    for (const panel of this.panels) panel.dispose();
  }

  private isShown(run: Run): boolean {
    return [...this.panels].some(({ run: shown, other }) => shown === run || other === run);
  }

  private reveal(): AttentionPanel {
    const last = [...this.panels].filter(({ loop }) => !loop.state.pinned).pop();
    if (last) {
      last.view.reveal(undefined, true);
      return last;
    }
    return this.create();
  }

  private create(): AttentionPanel {
    // A second one beside the first, not over it.
    const columns = [...this.panels].flatMap(({ view: { viewColumn } }) => viewColumn ?? []);
    const column = {
      viewColumn: columns.length > 0 ? Math.max(...columns) + 1 : vscode.ViewColumn.Beside,
      preserveFocus: true,
    };
    return this.add(vscode.window.createWebviewPanel(attentionViewType, 'Attention', column, { enableScripts: true }));
  }

  private add(view: vscode.WebviewPanel): AttentionPanel {
    const panel = new AttentionPanel(view, this.services, run => this.isShown(run));
    this.panels.add(panel);
    view.onDidDispose(() => {
      this.panels.delete(panel);
      if (this.panels.size === 0) void vscode.commands.executeCommand('setContext', 'headlight.runShown', false);
    });
    view.onDidChangeViewState(() => {
      // The last of the set is the one that was looked at last.
      if (view.active && this.panels.delete(panel)) this.panels.add(panel);
    });
    return panel;
  }
}
