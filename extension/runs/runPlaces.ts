import * as vscode from 'vscode';
import { followEdit, type TextSpan } from '../../core/text/followEdit';
import { sourceAt, type SourceText } from '../source/sourceText';

/** Where an explained text stands in its document now, and whether it reads otherwise there. */
export interface RunPlace {
  readonly source: SourceText;
  readonly span: TextSpan;
  /** Of a pair whose other text is of the document too: where that stands. */
  readonly pairSpan?: TextSpan;
  readonly changed: boolean;
}

/** So long after an edit texts are compared, in milliseconds: not within a keystroke. */
const pause = 120;

/** Follows the texts of all runs through the edits of their documents. Fires where one becomes another, or what it was again. */
export class RunPlaces implements vscode.Disposable {
  private readonly places = new Set<{ -readonly [Part in keyof RunPlace]: RunPlace[Part] }>();
  private readonly emitter = new vscode.EventEmitter<void>();
  readonly onDidChange = this.emitter.event;
  private timer?: NodeJS.Timeout;
  /** Compares the texts now; it is done by itself a moment after an edit. */
  readonly compare = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    let other = false;
    for (const place of this.places) {
      const { source, span, pairSpan } = place;
      const document = openDocument(source.uri);
      if (!document) continue;
      const reads = (at: TextSpan, text: string) =>
        at.length === text.length && document.getText(rangeOf(document, at)) === text;
      const changed =
        !reads(span, source.text) || (pairSpan !== undefined && !reads(pairSpan, source.pair?.text ?? ''));
      other ||= changed !== place.changed;
      place.changed = changed;
    }
    if (other) this.emitter.fire();
  };

  private readonly subscriptions = [
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const uri = document.uri.toString();
      for (const place of this.places) {
        if (place.source.uri.toString() !== uri) continue;
        for (const change of contentChanges) {
          place.span = followEdit(place.span, change);
          place.pairSpan &&= followEdit(place.pairSpan, change);
        }
        this.timer ??= setTimeout(this.compare, pause);
      }
    }),
    vscode.workspace.onDidOpenTextDocument(() => {
      if (this.places.size > 0) this.timer ??= setTimeout(this.compare, pause);
    }),
  ];

  /**
   * Follows a text from now on.
   * @param like where the same text is followed already.
   */
  follow(source: SourceText, like?: RunPlace): RunPlace {
    const { start: pairStart, text: pairText = '' } = source.pair ?? {};
    const place = {
      source,
      span: like?.span ?? { start: source.start, length: source.text.length },
      pairSpan: like?.pairSpan ?? (pairStart === undefined ? undefined : { start: pairStart, length: pairText.length }),
      changed: false,
    };
    this.places.add(place);
    this.timer ??= setTimeout(this.compare, pause);
    return place;
  }

  /** Follows a text no more. */
  leave(place: RunPlace): void {
    this.places.delete(place);
  }

  /** The text as it stands in its document now, with its lines. @throws where the document cannot be opened. */
  async now({ source, span, pairSpan }: RunPlace): Promise<SourceText> {
    const document = openDocument(source.uri) ?? (await vscode.workspace.openTextDocument(source.uri));
    return sourceAt(source, document, rangeOf(document, span), pairSpan && rangeOf(document, pairSpan));
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.emitter.dispose();
  }
}

/** Whether two texts are one place of a document, in two versions: they overlap by more than half of either. */
export function areOnePlace(one: RunPlace, other: RunPlace): boolean {
  if (one.source.uri.toString() !== other.source.uri.toString()) return false;
  const start = Math.max(one.span.start, other.span.start);
  const end = Math.min(one.span.start + one.span.length, other.span.start + other.span.length);
  return (end - start) * 2 > Math.max(one.span.length, other.span.length);
}

function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const name = uri.toString();
  return vscode.workspace.textDocuments.find(document => document.uri.toString() === name);
}

function rangeOf(document: vscode.TextDocument, { start, length }: TextSpan): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(start + length));
}
