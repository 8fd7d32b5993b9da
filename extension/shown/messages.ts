import * as vscode from 'vscode';
import { sentenceOf } from '../../core/text/reasonOf';
import { plainMessage } from '../../core/text/plainMessage';

type Show = typeof vscode.window.showErrorMessage;

/** VS Code's function of that name, with a message in which nothing becomes a link (a lint rule asks for these three). */
export const showErrorMessage = plain('showErrorMessage');
/** See {@link showErrorMessage}. */
export const showWarningMessage = plain('showWarningMessage');
/** See {@link showErrorMessage}. */
export const showInformationMessage = plain('showInformationMessage');

function plain(name: 'showErrorMessage' | 'showWarningMessage' | 'showInformationMessage'): Show {
  const show = (message: string, ...rest: string[]) => vscode.window[name](plainMessage(sentenceOf(message)), ...rest);
  return show as Show;
}
