import * as vscode from 'vscode';
import { innermostBlock, type BlockSymbol } from './innermostBlock';
import type { LineRange } from './lensWindow';

/** Milliseconds after which a language that has not told its symbols is not waited for. */
const patience = 500;

const values = new Set([
  vscode.SymbolKind.Variable,
  vscode.SymbolKind.Constant,
  vscode.SymbolKind.Property,
  vscode.SymbolKind.Field,
  vscode.SymbolKind.String,
  vscode.SymbolKind.Number,
  vscode.SymbolKind.Boolean,
  vscode.SymbolKind.Null,
]);

/** The innermost function, class or section around a line, where the document's language tells its symbols in time. */
export async function symbolBlock(document: vscode.TextDocument, line: number): Promise<LineRange | undefined> {
  const asked = vscode.commands.executeCommand<(vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    document.uri,
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), patience);
  });
  const symbols = await Promise.race([Promise.resolve(asked).catch(() => undefined), late]);
  clearTimeout(timer);
  return innermostBlock((symbols ?? []).map(blockSymbol), Math.min(line, document.lineCount - 1));
}

function blockSymbol(symbol: vscode.DocumentSymbol | vscode.SymbolInformation): BlockSymbol {
  const range = 'children' in symbol ? symbol.range : symbol.location.range;
  // A range that ends before a line's first character does not reach that line.
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
  return {
    first: range.start.line,
    last,
    value: values.has(symbol.kind),
    children: 'children' in symbol ? symbol.children.map(blockSymbol) : [],
  };
}
