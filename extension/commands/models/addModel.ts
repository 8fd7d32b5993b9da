import * as vscode from 'vscode';
import type { Services } from '../../services/services';
import { downloadModel } from './downloadModel';
import { showErrorMessage, showInformationMessage } from '../../shown/messages';

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
  const way = await pickWay([hub, folder]);
  if (way === hub) await addFromHub(services);
  else if (way === folder) await addFromFolder(services);
  else if (way) await downloadModel(services, { id: way.label.replace('$(cloud-download) ', '') });
}

/** One of some ways, or a model of the hub, whose name was typed or pasted in place of choosing one. */
function pickWay(ways: readonly vscode.QuickPickItem[]): Promise<vscode.QuickPickItem | undefined> {
  const pick = vscode.window.createQuickPick();
  pick.title = 'Headlight: Add Model';
  pick.placeholder = 'Choose, or type the name of a model of the hub: owner/name';
  pick.items = ways;
  // A panel that is just being filled may take the focus; a name that is being typed must not be lost to that.
  pick.ignoreFocusOut = true;
  let typed: string | undefined;
  pick.onDidChangeValue(value => {
    const id = hubId(value);
    if (id === typed) return;
    typed = id;
    pick.items = id
      ? [{ label: `$(cloud-download) ${id}`, detail: 'Download it from the hub', alwaysShow: true }, ...ways]
      : ways;
  });
  return new Promise(resolve => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
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
    if ((await showInformationMessage(`${id} is in Headlight’s list of models.`, use)) === use) {
      await catalogue.use(key);
    }
  } catch (error) {
    void showErrorMessage((error as Error).message);
  }
}
