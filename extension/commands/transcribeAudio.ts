import * as vscode from 'vscode';
import { inputOf } from '../../core/models/modelTask';
import { promisesAudio } from '../../core/speech/audioKinds';
import type { Services } from '../services/services';
import { chooseModel } from './models/chooseModel';
import { showErrorMessage, showInformationMessage } from '../shown/messages';
import { plainLabel } from '../../core/text/plainLabel';

/** `headlight.transcribeAudio`: transcribes the audio file of the explorer's entry, of the open tab, or one that is picked. */
export async function transcribeAudio(services: Services, chosen?: vscode.Uri): Promise<void> {
  const { speechPanel, catalogue, choice } = services;
  const uri = chosen instanceof vscode.Uri ? chosen : (openAudio() ?? (await pickAudio()));
  if (!uri) return;
  if (choice.keyFor('speech') === '') {
    await askForModel(services);
    if (choice.keyFor('speech') === '') return;
  }
  try {
    await speechPanel.transcribe(uri, await catalogue.used('speech'));
  } catch (error) {
    void showErrorMessage((error as Error).message);
  }
}

/** Says that a model is needed, with a button that lists those that are there and those that can be downloaded. */
async function askForModel(services: Services): Promise<void> {
  const there = (await services.catalogue.entries()).some(({ task }) => inputOf(task) === 'speech');
  const button = 'Choose Model…';
  const message = there
    ? 'No model transcribes speech yet; choose one of those that you have.'
    : 'No model transcribes speech yet; download a Whisper model (its size is shown before), or add a folder with one.';
  if ((await showInformationMessage(message, button)) === button) {
    await chooseModel(services, { speech: true });
  }
}

/** The audio file in the active tab: in VS Code's player, or another editor. */
function openAudio(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined;
  return uri && promisesAudio(uri.path) ? uri : undefined;
}

/** One of the workspace's audio files, or any other. */
async function pickAudio(): Promise<vscode.Uri | undefined> {
  const files = await vscode.workspace.findFiles(
    '**/*.{wav,wave,mp3,flac,ogg,oga,opus}',
    '**/{node_modules,.git}/**',
    1000,
  );
  const browse: vscode.QuickPickItem & { uri?: vscode.Uri } = { label: '$(folder-opened) Browse…', alwaysShow: true };
  const items = files
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(uri => ({ label: `$(unmute) ${plainLabel(vscode.workspace.asRelativePath(uri))}`, uri }));
  const picked =
    items.length === 0
      ? browse
      : await vscode.window.showQuickPick([...items, browse], {
          title: 'Headlight: Transcribe Audio',
          placeHolder: 'An audio file',
        });
  if (picked !== browse) return picked?.uri;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: 'Audio File to Transcribe',
      openLabel: 'Transcribe',
      filters: { Audio: ['wav', 'mp3', 'flac', 'ogg', 'oga', 'opus'] },
    })) ?? [];
  return file;
}
