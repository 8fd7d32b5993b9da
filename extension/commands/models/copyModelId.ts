import * as vscode from 'vscode';
import type { Services } from '../../services/services';
import { nameOf, type ModelArgument } from './modelArgument';

/** `headlight.copyModelId`: copies the model's name, as the hub or the settings know it. */
export async function copyModelId({ catalogue }: Services, argument: ModelArgument): Promise<void> {
  const downloaded =
    argument && 'kind' in argument && argument.kind === 'model' && argument.entry.origin === 'downloaded';
  const name = (downloaded ? argument.entry.id : nameOf(argument)) ?? catalogue.usedId;
  await vscode.env.clipboard.writeText(name);
  vscode.window.setStatusBarMessage(`$(check) Copied ${name}`, 3000);
}
