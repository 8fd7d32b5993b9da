import * as vscode from 'vscode';
import { markedText } from '../../core/text/markedText';
import { probeHead } from '../probes/probeHead';
import { probes, type Probe } from '../probes/probes';
import type { Services } from '../services/services';

/** `headlight.openProbe`: opens a text made to show one mechanism, explains it, and shows the head for which it was made. */
export async function openProbe(services: Services, id?: unknown): Promise<void> {
  const named = probes.find(probe => probe.id === id);
  const probe = named ?? (await choose());
  if (!probe) return;
  const { catalogue, client, panels } = services;
  client.warm();
  const { text, links } = markedText(probe.text);
  const first = `${commentOf(probe.language)}${probe.look}`;
  const document = await vscode.workspace.openTextDocument({
    language: probe.language,
    content: `${first}\n\n${text}\n`,
  });
  const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, preview: false });
  const start = first.length + 2;
  const range = new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
  editor.selection = new vscode.Selection(range.start, range.end);
  const model = probe.model ? await catalogue.named(probe.model, undefined) : await catalogue.used();
  const source = { uri: document.uri, start, text, title: `Probe: ${probe.label}` };
  await panels.explain(source, model, run => probeHead(client, run, probe, links));
}

async function choose(): Promise<Probe | undefined> {
  const chosen = await vscode.window.showQuickPick(
    probes.map(probe => ({ label: probe.label, description: probe.description, probe })),
    { title: 'Headlight: Open Probe', placeHolder: 'A text made to show one mechanism', matchOnDescription: true },
  );
  return chosen?.probe;
}

/** How a comment of one line starts in a probe's language. */
function commentOf(language: string): string {
  return language === 'javascript' ? '// ' : language === 'python' ? '# ' : '';
}
