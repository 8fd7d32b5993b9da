import * as vscode from 'vscode';
import type { Services } from '../../services/services';
import { downloadModel } from './downloadModel';

/** `headlight.addModel`: adds a model by its name on the hub, which downloads it, or from a folder of this machine. */
export async function addModel(services: Services): Promise<void> {
  const hub = {
    label: '$(cloud-download) From the Hub…',
    detail: 'Any model with ONNX files, by its name: owner/name',
  };
  const folder = {
    label: '$(folder-opened) From a Folder…',
    detail: 'A folder with config.json, tokenizer.json and ONNX files',
  };
  const way = await vscode.window.showQuickPick([hub, folder], { title: 'Headlight: Add Model' });
  if (way === hub) await addFromHub(services);
  if (way === folder) await addFromFolder(services);
}

async function addFromHub(services: Services): Promise<void> {
  const id = await vscode.window.showInputBox({
    title: 'Headlight: Add Model from the Hub',
    ignoreFocusOut: true,
    prompt: `The model’s name on ${new URL(services.hub.address).host}, or its page’s address`,
    placeHolder: 'onnx-community/SmolLM2-135M-ONNX',
    validateInput: value =>
      value === '' || hubId(value) ? undefined : 'Write it as owner/name, such as Xenova/distilgpt2.',
  });
  const name = id && hubId(id);
  if (name) await downloadModel(services, { id: name });
}

/** The `owner/name` in what was typed or pasted. */
function hubId(text: string): string | undefined {
  return /^(?:https?:\/\/[^/]+\/)?([\w-][\w.-]*\/[\w-][\w.-]*)(?:\/.*)?$/.exec(text.trim())?.[1];
}

async function addFromFolder({ catalogue }: Services): Promise<void> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: 'Add Model',
      title: 'Folder of a Model',
    })) ?? [];
  if (!folder) return;
  try {
    const { key, id } = await catalogue.addFolder(folder);
    const use = 'Use It';
    if ((await vscode.window.showInformationMessage(`${id} is in Headlight’s list of models.`, use)) === use) {
      await catalogue.use(key);
    }
  } catch (error) {
    void vscode.window.showErrorMessage((error as Error).message);
  }
}
