import * as vscode from 'vscode';
import type { Writing } from '../../core/models/writing';
import type { PairedText } from '../../core/text/pairedText';
import { isObject } from '../../core/models/isObject';
import { beginning } from './beginning';

/** A piece of a document that is to be explained. */
export interface SourceText {
  readonly uri: vscode.Uri;
  /** Where it begins in the document, in UTF-16 code units. */
  readonly start: number;
  readonly text: string;
  /** Where it is, for people: "sample.ts, lines 1–4". */
  readonly title: string;
  /** The text that it is read with, as a pair. */
  readonly pair?: SourcePair;
  /** One sentence where Headlight had to choose for the user. */
  readonly notice?: string;
  /** How many tokens the model is to write behind the text; absent: none. */
  readonly newTokens?: number;
  /** Which of the parts that a graph computes side by side is shown, counted from 1. */
  readonly part?: number;
  /** Whether it is given to the model as a user's message, or as the conversation that it holds. */
  readonly chat?: boolean;
  /** What an encoder-decoder is to write of it. */
  readonly writing?: ChosenWriting;
}

/** The other text of a pair: one of the same document, or one that was typed. */
export interface SourcePair extends PairedText {
  /** Where it begins in the document, in UTF-16 code units; absent: it was typed. */
  readonly start?: number;
  /** What it is, for people, with which the title ends: “line 7”, or its first words. */
  readonly words: string;
}

/** What an encoder-decoder is to write, and that in words, with which a text's title ends. */
export interface ChosenWriting extends Writing {
  readonly words: string;
}

/** A text as a model is to write of it; undefined: where there is nothing to choose. */
export function withWriting(source: SourceText, writing: ChosenWriting | undefined): SourceText {
  const ending = source.writing?.words ? `, ${source.writing.words}` : '';
  const place = source.title.slice(0, source.title.length - ending.length);
  return { ...source, writing, title: writing?.words ? `${place}, ${writing.words}` : place };
}

/** A text with another one as its pair. */
export function withPair(source: SourceText, pair: SourcePair): SourceText {
  return { ...source, pair, title: `${source.title} and ${pair.words}`, notice: undefined };
}

/** The first text of a pair alone. */
export function withoutPair(source: SourceText): SourceText {
  if (!source.pair) return source;
  return {
    ...source,
    pair: undefined,
    title: source.title.slice(0, source.title.length - ` and ${source.pair.words}`.length),
    notice: 'Only the first of 2 selections is explained.',
  };
}

/** A text that was typed, as another's pair. */
export function typedPair(text: string, goesFirst: boolean): SourcePair {
  return { text, goesFirst, words: `“${beginning(text)}”` };
}

/** A chat message as the text that it is. */
export function asText(source: SourceText): SourceText {
  return { ...source, chat: undefined, title: source.title.replace(/, as a (?:message|conversation)[^,]*$/, '') };
}

/** Why there is nothing to explain, as one sentence that says what to do. */
export class NothingSelected extends Error {}

/**
 * What the user means: two selections as a pair, the first selection that is not empty, else the line of the caret.
 * @throws {NothingSelected} without an editor, or where the caret's line is empty.
 */
export function sourceOfEditor(editor: vscode.TextEditor | undefined): SourceText {
  if (!editor) throw new NothingSelected('Open a file and select some text or code to explain.');
  const { document, selections } = editor;
  const selected = selections
    .filter(selection => !selection.isEmpty)
    .sort((one, other) => (selections.length === 2 ? one.start.compareTo(other.start) : 0));
  const range: vscode.Range = selected[0] ?? document.lineAt(editor.selection.active.line).range;
  const text = document.getText(range);
  if (text === '' || (selected.length === 0 && text.trim() === '')) {
    throw new NothingSelected('This line is empty: select some text or code to explain.');
  }
  const source: SourceText = {
    uri: document.uri,
    start: document.offsetAt(range.start),
    text,
    title: titleOf(document, range),
    notice:
      selected.length > 2
        ? `Only the first of ${selected.length} selections is explained; select two to explain them as a pair.`
        : undefined,
  };
  if (selected.length !== 2 || selected.some(selection => document.getText(selection).trim() === '')) return source;
  return withPair(source, {
    text: document.getText(selected[1]),
    start: document.offsetAt(selected[1].start),
    words: linesOf(selected[1]),
  });
}

/**
 * What the user means where they are: as {@link sourceOfEditor} has it; in a notebook what is selected in the chosen cell,
 * else all of that cell.
 * @throws {NothingSelected} where there is nothing.
 */
export function sourceInView(): SourceText {
  const { activeTextEditor: editor, activeNotebookEditor: notebook } = vscode.window;
  const cells = notebook?.notebook.getCells() ?? [];
  const document = editor?.document;
  // Beside a notebook the active editor is another one; in it, it stays that of the cell that was edited last.
  if (!notebook || (document && cells.every(cell => cell.document !== document))) return sourceOfEditor(editor);
  const chosen = cells.at(notebook.selection.start);
  const selects = chosen?.document === document && editor?.selections.some(({ isEmpty }) => !isEmpty);
  return !chosen || selects ? sourceOfEditor(editor) : sourceOfCell(chosen.document);
}

function sourceOfCell(document: vscode.TextDocument): SourceText {
  const text = document.getText();
  if (text.trim() === '') {
    throw new NothingSelected('This cell is empty: select one with some text or code to explain.');
  }
  const all = new vscode.Range(0, 0, document.lineCount - 1, document.lineAt(document.lineCount - 1).text.length);
  return { uri: document.uri, start: 0, text, title: titleOf(document, all) };
}

/** A source as plain data, to be kept over a reload of the window. */
export function sourceToJson({ uri, start, text, title, pair, newTokens, part, chat, writing }: SourceText): object {
  return { uri: uri.toString(), start, text, title, pair, newTokens, part, chat, writing };
}

/** The other way; undefined where the data are not a source. */
export function sourceFromJson(json: unknown): SourceText | undefined {
  const { uri, start, text, title, pair, newTokens, part, chat, writing } = (json ?? {}) as Record<string, unknown>;
  if (typeof uri !== 'string' || typeof start !== 'number' || typeof text !== 'string' || typeof title !== 'string') {
    return undefined;
  }
  return {
    uri: vscode.Uri.parse(uri),
    start,
    text,
    title,
    pair: isObject(pair) && typeof pair.text === 'string' ? (pair as unknown as SourcePair) : undefined,
    newTokens: typeof newTokens === 'number' ? newTokens : undefined,
    part: typeof part === 'number' ? part : undefined,
    chat: chat === true ? true : undefined,
    writing: typeof writing === 'object' && writing !== null ? (writing as ChosenWriting) : undefined,
  };
}

/** A text as it stands in its document now, with its lines; of a pair the other one at `other`, where that is of the document too. */
export function sourceAt(
  source: SourceText,
  document: vscode.TextDocument,
  range: vscode.Range,
  other: vscode.Range | undefined,
): SourceText {
  const { pair } = source;
  const ending = pair ? ` and ${pair.words}` : '';
  const now = {
    ...source,
    start: document.offsetAt(range.start),
    text: document.getText(range),
    title: titleAt(source.title.slice(0, source.title.length - ending.length), range),
  };
  if (!pair) return now;
  return withPair(
    now,
    other
      ? { ...pair, start: document.offsetAt(other.start), text: document.getText(other), words: linesOf(other) }
      : pair,
  );
}

/** A title as it reads where its text lies in other lines now. */
function titleAt(title: string, range: vscode.Range): string {
  return title.replace(/, lines? \d+(–\d+)?/, `, ${linesOf(range)}`);
}

function titleOf(document: vscode.TextDocument, range: vscode.Range): string {
  const name = document.uri.path.split('/').pop() ?? document.uri.path;
  const notebook = vscode.workspace.notebookDocuments.find(n => n.getCells().some(cell => cell.document === document));
  const cell = notebook?.getCells().find(c => c.document === document);
  const lines = linesOf(range);
  return cell ? `${name}, cell ${cell.index + 1}, ${lines}` : `${name}, ${lines}`;
}

function linesOf({ start, end }: vscode.Range): string {
  // A selection that ends before a line's first character does not reach that line.
  const first = start.line + 1;
  const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return first === last ? `line ${first}` : `lines ${first}–${last}`;
}
