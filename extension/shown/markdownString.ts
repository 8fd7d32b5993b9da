import * as vscode from 'vscode';
import type { Markdown } from '../../core/markup/markdown';

/**
 * Markdown as VS Code takes it. Only this file makes a `MarkdownString` (a lint rule): it has no HTML, no icons by name, and
 * no commands but those named here.
 * @param commands that its links may run.
 */
export function markdownString({ source }: Markdown, ...commands: readonly string[]): vscode.MarkdownString {
  const shown = new vscode.MarkdownString(source);
  if (commands.length > 0) shown.isTrusted = { enabledCommands: commands };
  return shown;
}
