import * as vscode from 'vscode';
import { imageLinks, linkRange, type DocumentImage } from '../links/imageLinks';

/** The code of the diagnostic, for the action that mends it. */
export const missingAltCode = 'missing-alt-text';

/** Milliseconds without a change after which a document is checked. */
const checkDelay = 500;

const severities: Readonly<Record<string, vscode.DiagnosticSeverity>> = {
  hint: vscode.DiagnosticSeverity.Hint,
  information: vscode.DiagnosticSeverity.Information,
  warning: vscode.DiagnosticSeverity.Warning,
};

/** Tells of images without alt text in open documents, as loudly as the setting says; not at all where it is off. */
export class MissingAlt implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('headlight');
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly log: vscode.LogOutputChannel) {
    const check = (document: vscode.TextDocument) => void this.check(document);
    this.subscriptions = [
      vscode.workspace.onDidOpenTextDocument(check),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        const key = document.uri.toString();
        clearTimeout(this.timers.get(key));
        this.timers.set(
          key,
          setTimeout(() => check(document), checkDelay),
        );
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        clearTimeout(this.timers.get(uri.toString()));
        this.collection.delete(uri);
      }),
      vscode.workspace.onDidChangeConfiguration(change => {
        if (change.affectsConfiguration('headlight.captions.missingAltText')) this.checkAll();
      }),
    ];
    this.checkAll();
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.collection.dispose();
  }

  private checkAll(): void {
    vscode.workspace.textDocuments.forEach(document => void this.check(document));
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    this.timers.delete(document.uri.toString());
    if (document.isClosed) return;
    const setting = vscode.workspace
      .getConfiguration('headlight', document)
      .get<string>('captions.missingAltText', 'off');
    const severity = severities[setting];
    let links: readonly DocumentImage[] = [];
    try {
      if (severity !== undefined) links = await imageLinks(document);
    } catch (error) {
      this.log.error(`${vscode.workspace.asRelativePath(document.uri)}: missing alt text is not told of.`, error);
    }
    if (document.isClosed) return;
    this.collection.set(
      document.uri,
      links
        .filter(({ alt }) => alt === 'missing')
        .map(link => {
          const diagnostic = new vscode.Diagnostic(
            linkRange(document, link),
            'This image has no alt text: who does not see it does not know what it shows.',
            severity,
          );
          diagnostic.source = 'Headlight';
          diagnostic.code = missingAltCode;
          return diagnostic;
        }),
    );
  }
}
