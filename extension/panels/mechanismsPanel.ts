import type { MessageConnection } from 'vscode-jsonrpc';
import type * as vscode from 'vscode';
import {
  MechanismsPanelRequest,
  MechanismsRequest,
  showDate,
  type MechanismModels,
} from '../../core/protocol/mechanismsProtocol';
import { passOn } from '../inference/passOn';
import type { FilePanelServices } from './filePanel';
import { mechanismsViewType } from './fileViewTypes';
import { saveFile } from './saveFile';
import { SinglePanel } from './singlePanel';

/** The panel of this window in which four models with four mechanisms answer one date. Its page keeps what it shows over a reload. */
export class MechanismsPanel implements vscode.Disposable {
  private readonly panel: SinglePanel;
  /** The date that the page is to begin with; none once it has asked about one: it keeps its own from then on. */
  private text?: string;

  /** @param models the folder of the four. */
  constructor(
    private readonly services: FilePanelServices,
    private readonly models: vscode.Uri,
  ) {
    this.panel = new SinglePanel(
      mechanismsViewType,
      services,
      { name: 'mechanisms', title: 'Attention Mechanisms' },
      connection => this.answer(connection),
      () => (this.text = undefined),
    );
  }

  /** Opens the panel, or brings it to the front. @param text a date to answer; absent: the one that is shown, or an example. */
  open(text?: string): void {
    this.text = text;
    const { isOpen } = this.panel;
    const { view, connection } = this.panel.get();
    view.reveal(undefined, true);
    if (isOpen && text !== undefined) void connection.sendNotification(showDate, { text });
  }

  /** Brings the panel back after the window was reloaded. */
  restore(view: vscode.WebviewPanel): void {
    this.panel.adopt(view);
  }

  dispose(): void {
    this.panel.dispose();
  }

  private answer(connection: MessageConnection): void {
    const { client, log } = this.services;
    const of = (): MechanismModels => ({ folder: this.models.fsPath });
    passOn(connection, client, MechanismsRequest, of, () => (this.text = undefined));
    connection.onRequest(MechanismsPanelRequest.ready, () => ({ text: this.text }));
    connection.onRequest(MechanismsPanelRequest.save, ({ name, data }) =>
      saveFile(name, data, undefined, 'Export Comparison'),
    );
    connection.onRequest(MechanismsPanelRequest.openLog, () => log.show(true));
  }
}
