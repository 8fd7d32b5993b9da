import * as vscode from 'vscode';
import type { SourceText } from './sourceText';

/** Follows an explained piece of text through edits of its document, so that tokens keep their places in the editor. */
export class TrackedRange implements vscode.Disposable {
  private start: number;
  private readonly length: number;
  private readonly subscription: vscode.Disposable;

  constructor(private readonly source: Pick<SourceText, 'uri' | 'start' | 'text'>) {
    this.start = source.start;
    this.length = source.text.length;
    this.subscription = vscode.workspace.onDidChangeTextDocument(change => this.follow(change));
  }

  /** The range of a part of the text in a document, or undefined where that text no longer stands there. */
  rangeOf(document: vscode.TextDocument, start: number, end: number): vscode.Range | undefined {
    if (!this.holds(document)) return undefined;
    return new vscode.Range(document.positionAt(this.start + start), document.positionAt(this.start + end));
  }

  /** Where a position lies in the text, in UTF-16 code units, or undefined where it is outside. */
  offsetOf(document: vscode.TextDocument, position: vscode.Position): number | undefined {
    if (!this.holds(document)) return undefined;
    const offset = document.offsetAt(position) - this.start;
    return offset >= 0 && offset <= this.length ? offset : undefined;
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private holds(document: vscode.TextDocument): boolean {
    if (document.uri.toString() !== this.source.uri.toString()) return false;
    const range = new vscode.Range(document.positionAt(this.start), document.positionAt(this.start + this.length));
    return document.getText(range) === this.source.text;
  }

  private follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (document.uri.toString() !== this.source.uri.toString()) return;
    for (const { rangeOffset, rangeLength, text } of contentChanges) {
      if (rangeOffset + rangeLength <= this.start) this.start += text.length - rangeLength;
    }
  }
}
