import * as vscode from 'vscode';
import type { RowReduction } from '../../core/protocol/runProtocol';
import { leavesOutFirst } from '../settings/firstToken';
import { formatLensHead, parseLensHead } from './lensHead';
import type { LensWindow } from './lensWindow';

/** The settings `headlight.lens.*`. */
export interface LensSettings {
  /** Milliseconds without typing after which the text is explained. */
  readonly delay: number;
  readonly window: LensWindow;
  readonly head: RowReduction;
  /** Whether the first token is left out. */
  readonly withoutFirst: boolean;
}

/** What is set now; a value that cannot be is the default. */
export function lensSettings(): LensSettings {
  const settings = vscode.workspace.getConfiguration('headlight.lens');
  const kind = settings.get<string>('window');
  return {
    delay: Math.max(0, Number(settings.get('delay', 300)) || 0),
    window:
      kind === 'lines'
        ? { kind, before: Math.max(0, Math.floor(Number(settings.get('lines', 20)) || 0)) }
        : kind === 'document'
          ? { kind }
          : { kind: 'block' },
    head: parseLensHead(String(settings.get('head', 'mean'))),
    withoutFirst: leavesOutFirst(),
  };
}

/** Keeps the chosen head: where the user set it before, or else for all workspaces. */
export async function keepLensHead(head: RowReduction): Promise<void> {
  const settings = vscode.workspace.getConfiguration('headlight.lens');
  const target =
    settings.inspect('head')?.workspaceValue === undefined
      ? vscode.ConfigurationTarget.Global
      : vscode.ConfigurationTarget.Workspace;
  await settings.update('head', formatLensHead(head), target);
}
