import * as vscode from 'vscode';
import { describeImages as describe } from '../editor/describeImages';
import { imageLinks, type DocumentImage } from '../links/imageLinks';
import type { Services } from '../services/services';
import { captionerFor } from './captionerFor';

/** `headlight.describeImage`: makes a caption the alt text of the image that begins at an offset of a document. */
export async function describeImage(services: Services, where: vscode.Uri | string, from: number): Promise<void> {
  const document = await vscode.workspace.openTextDocument(typeof where === 'string' ? vscode.Uri.parse(where) : where);
  await describeLinks(
    services,
    document,
    (await imageLinks(document)).filter(link => link.from === from),
  );
}

/** `headlight.describeImages`: describes every image of the open file that has no alt text. */
export async function describeAllImages(services: Services): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const links = document ? await imageLinks(document) : [];
  if (!document || links.length === 0) {
    void vscode.window.showInformationMessage(
      'Open a Markdown, HTML, JSX, Vue, Svelte, AsciiDoc or reStructuredText file that shows images, and run this there.',
    );
    return;
  }
  const missing = links.filter(({ alt }) => alt === 'missing');
  if (missing.length === 0) void vscode.window.showInformationMessage('Every image of this file has alt text.');
  else await describeLinks(services, document, missing);
}

async function describeLinks(
  services: Services,
  document: vscode.TextDocument,
  links: readonly DocumentImage[],
): Promise<void> {
  if (!(await captionerFor(services))) return;
  const { version } = document;
  const many = links.length > 1;
  const options = {
    location: many ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window,
    title: many ? 'Describing images' : 'Describing image',
    cancellable: many,
  };
  const { edits, failures } = await vscode.window.withProgress(options, (progress, token) =>
    describe(services, document, links, token, done =>
      progress.report({
        message: many ? `${done + 1} of ${links.length}` : '…',
        increment: done > 0 ? 100 / links.length : 0,
      }),
    ),
  );
  if (document.version !== version) {
    void vscode.window.showWarningMessage(
      'The text changed while its images were captioned; nothing was inserted. Try again: the captions are kept.',
    );
    return;
  }
  if (edits.length > 0) {
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, [...edits]);
    if (!(await vscode.workspace.applyEdit(edit))) {
      void vscode.window.showErrorMessage(`${document.fileName} cannot be changed; is it read-only?`);
    }
  }
  if (failures.length === 1) void vscode.window.showWarningMessage(failures[0]);
  else if (failures.length > 1) {
    const log = 'Show Log';
    if (
      (await vscode.window.showWarningMessage(
        `${failures.length} of ${links.length} images could not be described: ${failures[0]}`,
        log,
      )) === log
    ) {
      services.log.show(true);
    }
  }
}
