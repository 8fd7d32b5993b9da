import path from 'node:path';
import * as vscode from 'vscode';
import { exampleInputs } from '../../core/graph/exampleInputs';
import { pictureNameOf } from '../../core/graph/pictureName';
import { InferenceRequest } from '../../core/protocol/inferenceProtocol';
import { pathBelow } from '../../core/paths/pathBelow';
import type { ModelReference } from '../../core/protocol/modelReference';
import { fileLimits } from '../../core/files/fileLimits';
import { readLimited } from '../files/readLimited';
import { graphModel } from '../models/graphModel';
import type { Services } from '../services/services';
import { showErrorMessage, showInformationMessage } from '../shown/messages';
import { plainLabel } from '../../core/text/plainLabel';

/** `headlight.explainGraph`: runs an ONNX file of the workspace on inputs from a JSON or NPY file, and shows its attention. */
export async function explainGraph(services: Services, uri: vscode.Uri | undefined): Promise<void> {
  if (!(uri instanceof vscode.Uri) || !uri.path.endsWith('.onnx')) {
    void showInformationMessage(
      'Right-click an .onnx file in the explorer, and choose “Explain Attention with Inputs…” there.',
    );
    return;
  }
  if (uri.scheme !== 'file' || !vscode.workspace.isTrusted) {
    void showInformationMessage(
      uri.scheme === 'file'
        ? 'ONNX files of a workspace are opened only where it is trusted; trust it with “Workspaces: Manage Workspace Trust”.'
        : 'ONNX files are opened from this machine only; copy the file here first.',
    );
    return;
  }
  try {
    const inputs = await chooseInputs(services, uri);
    if (inputs) await explain(services, uri, inputs);
  } catch (error) {
    void showErrorMessage((error as Error).message);
  }
}

async function explain({ panels, imagePanel, client }: Services, graph: vscode.Uri, inputs: vscode.Uri): Promise<void> {
  const name = path.basename(inputs.fsPath);
  const model = graphModel(graph.fsPath, path.dirname(inputs.fsPath));
  const text = name.endsWith('.npy')
    ? await onlyInput(client, model, name)
    : new TextDecoder().decode(
        await readLimited(
          inputs,
          fileLimits.jsonInputs,
          'save large arrays as NPY (numpy.save) beside it and name those files in it',
        ),
      );
  const picture = pictureNameOf(text);
  if (picture !== undefined) {
    const folder = path.dirname(inputs.fsPath);
    const parts = pathBelow(picture);
    const file = typeof parts === 'string' ? undefined : vscode.Uri.file(path.join(folder, ...parts));
    if (file && (await isThere(file))) return imagePanel.explain(file, graphModel(graph.fsPath, folder, name));
  }
  await panels.explain({ uri: inputs, start: 0, text, title: `${model.id}, ${name}` }, model);
}

async function isThere(file: vscode.Uri): Promise<boolean> {
  return Promise.resolve(vscode.workspace.fs.stat(file)).then(
    () => true,
    () => false,
  );
}

/** JSON that gives an NPY file to a graph's only input. */
async function onlyInput(client: Services['client'], model: ModelReference, file: string): Promise<string> {
  const { inputs } = await client.request(InferenceRequest.graphInputs, { model });
  if (inputs.length === 1) return JSON.stringify({ [inputs[0].name]: file });
  throw new Error(
    `${model.id} takes ${inputs.map(({ name }) => name).join(', ')}: name an NPY file for each in a JSON file, such as { "${inputs[0]?.name}": "${file}" }.`,
  );
}

/** The inputs beside the file under its name; else what the user chooses, or writes from an example. */
async function chooseInputs(services: Services, graph: vscode.Uri): Promise<vscode.Uri | undefined> {
  const folder = vscode.Uri.joinPath(graph, '..');
  const stem = path.basename(graph.path, '.onnx');
  const entries = (await vscode.workspace.fs.readDirectory(folder)).map(([name]) => name).sort();
  const own = `${stem}.inputs.json`;
  if (entries.includes(own)) return vscode.Uri.joinPath(folder, own);
  const write = {
    label: '$(new-file) Write Example Inputs',
    detail: `Opens ${plainLabel(own)} with an array for each input; edit it, save it, and explain again`,
  };
  const other = {
    label: '$(folder-opened) Choose a File…',
    detail: 'JSON with an array for each input, or an NPY file',
  };
  const found = entries
    .filter(name => /\.(json|npy)$/.test(name) && !/config|tokenizer|vocab|package/.test(name))
    .slice(0, 20)
    .map(name => ({ name, label: plainLabel(name), detail: undefined }));
  const chosen = await vscode.window.showQuickPick([write, ...found, other], {
    title: `Headlight: Inputs for ${stem}.onnx`,
    placeHolder: 'What the model is to be run on',
  });
  if (chosen === other) {
    const files = await vscode.window.showOpenDialog({
      defaultUri: folder,
      filters: { Inputs: ['json', 'npy'] },
      title: `Inputs for ${stem}.onnx`,
    });
    return files?.[0];
  }
  if (chosen === write) {
    await writeExample(services, graph, vscode.Uri.joinPath(folder, own));
    return undefined;
  }
  return chosen && 'name' in chosen ? vscode.Uri.joinPath(folder, chosen.name) : undefined;
}

async function writeExample({ client }: Services, graph: vscode.Uri, file: vscode.Uri): Promise<void> {
  const { inputs, found } = await client.request(InferenceRequest.graphInputs, {
    model: graphModel(graph.fsPath, path.dirname(graph.fsPath)),
  });
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(exampleInputs(inputs)));
  await vscode.window.showTextDocument(file);
  const again = 'Explain Attention';
  void showInformationMessage(
    `${path.basename(graph.path)} holds ${found}. Edit its inputs, save them, and explain.`,
    again,
  ).then(answer => (answer === again ? vscode.commands.executeCommand('headlight.explainGraph', graph) : undefined));
}
