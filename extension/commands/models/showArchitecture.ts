import * as vscode from 'vscode';
import { fileLimits } from '../../../core/files/fileLimits';
import { architectureText } from '../../../core/models/architectureText';
import { InferenceRequest } from '../../../core/protocol/inferenceProtocol';
import { readLimited } from '../../files/readLimited';
import type { CatalogueEntry } from '../../models/modelCatalogue';
import type { Services } from '../../services/services';
import { modelOf, type ModelArgument } from './modelArgument';
import { showErrorMessage } from '../../shown/messages';

const scheme = 'headlight-model';
const texts = new Map<string, string>();
let provider: vscode.Disposable | undefined;

/** `headlight.showArchitecture`: layers, heads, widths, vocabulary and the attention found in a model's files, as a document. */
export async function showArchitecture(services: Services, argument: ModelArgument): Promise<void> {
  try {
    const entry = await modelOf(services, argument);
    const { id, folder, dtype, purpose } = entry;
    const graphs = await services.client.request(InferenceRequest.architecture, { model: { id, folder, dtype } });
    const bytes = await readLimited(
      vscode.Uri.joinPath(vscode.Uri.file(folder), 'config.json'),
      fileLimits.configuration,
    );
    const config = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    await show(
      `${id.split('/').pop()} (${dtype}).md`,
      architectureText({ id, task: purpose, dtype, config, graphs, origin: originOf(entry) }),
    );
  } catch (error) {
    void showErrorMessage((error as Error).message);
  }
}

function originOf({ origin, folder, manifest }: CatalogueEntry): string[] {
  const from = {
    builtIn: 'Built in',
    downloaded: `Downloaded from ${manifest?.hub}`,
    workspace: 'In this workspace',
    folder: 'From a folder that you added',
  };
  return [
    from[origin],
    `Folder: ${folder}`,
    ...(manifest
      ? [`Revision: ${manifest.revision}`, ...(manifest.licence ? [`Licence: ${manifest.licence}`] : [])]
      : []),
  ];
}

async function show(name: string, text: string): Promise<void> {
  const uri = vscode.Uri.from({ scheme, path: `/${name}` });
  texts.set(uri.path, text);
  provider ??= vscode.workspace.registerTextDocumentContentProvider(scheme, {
    provideTextDocumentContent: ({ path }) => texts.get(path) ?? '',
  });
  const hasPreview = vscode.extensions.getExtension('vscode.markdown-language-features') !== undefined;
  await (hasPreview
    ? vscode.commands.executeCommand('markdown.showPreview', uri)
    : vscode.window.showTextDocument(uri));
}
