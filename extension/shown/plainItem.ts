import type * as vscode from 'vscode';
import { plainLine } from '../../core/text/plainLine';

/** A line of a tree, its texts on one line: trees draw no icons by name and no links, but line breaks and overrides. */
export function plainItem(item: vscode.TreeItem): vscode.TreeItem {
  if (typeof item.label === 'string') item.label = plainLine(item.label);
  if (typeof item.description === 'string') item.description = plainLine(item.description);
  if (typeof item.tooltip === 'string') item.tooltip = plainLine(item.tooltip);
  if (item.accessibilityInformation) {
    const { label, role } = item.accessibilityInformation;
    item.accessibilityInformation = { label: plainLine(label), role };
  }
  return item;
}
