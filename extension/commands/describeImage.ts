import * as vscode from 'vscode';
import { judgedWords } from '../captions/imageState';
import { altTextEdit, isGuessed } from '../editor/altTextEdit';
import { type DescribedImage, describeImages as describe } from '../editor/describeImages';
import { imageLinks, type DocumentImage } from '../links/imageLinks';
import { toldWait } from '../inference/toldWait';
import type { Services } from '../services/services';
import { captionerFor } from './captionerFor';
import { showErrorMessage, showInformationMessage, showWarningMessage } from '../shown/messages';
import { plainMessage } from '../../core/text/plainMessage';

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
    void showInformationMessage(
      'Open a Markdown, HTML, JSX, Vue, Svelte, AsciiDoc or reStructuredText file that shows images, and run this there.',
    );
    return;
  }
  const missing = links.filter(({ alt }) => alt === 'missing');
  if (missing.length === 0) void showInformationMessage('Every image of this file has alt text.');
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
  const { described, failures } = await vscode.window.withProgress(options, async (progress, token) => {
    const wait = toldWait(services.client, token);
    try {
      return await describe(services, document, links, token, done =>
        progress.report({
          message: many ? `${done + 1} of ${links.length}` : '…',
          increment: done > 0 ? 100 / links.length : 0,
        }),
      );
    } finally {
      wait.dispose();
    }
  });
  if (document.version !== version) return tellChanged();
  void tellFailures(services, failures, links.length);
  const [only, ...others] = described;
  if (only && others.length === 0 && links.length === 1 && isGuessed(only)) await writeGuess(document, only);
  else if (only) {
    const isWritten = await vscode.workspace.applyEdit(await altTextEdit(services.client, document, described));
    // Who turns away from the review changes nothing either.
    if (!isWritten && !described.some(isGuessed)) tellUnwritable(document);
  }
}

/** A review may take long: what failed is told before. */
async function tellFailures({ log }: Services, failures: readonly string[], of: number): Promise<void> {
  if (failures.length === 1) void showWarningMessage(failures[0]);
  else if (failures.length > 1) {
    const show = 'Show Log';
    if (
      (await showWarningMessage(`${failures.length} of ${of} images could not be described: ${failures[0]}`, show)) ===
      show
    ) {
      log.show(true);
    }
  }
}

/** Asks for the words where the model was not sure of its own: its guess stands there to be changed. */
async function writeGuess(document: vscode.TextDocument, { name, caption, write }: DescribedImage): Promise<void> {
  const { version } = document;
  const words = await vscode.window.showInputBox({
    title: `Headlight: Alt Text of ${name}`,
    prompt:
      caption.judged &&
      plainMessage(`A guess (${judgedWords(caption.judged)}): press Enter to write it, as it is or as you change it`),
    value: caption.text,
    ignoreFocusOut: true,
  });
  if (words && document.version !== version) return tellChanged();
  const edit = words ? await write(words) : undefined;
  if (!edit) return;
  const change = new vscode.WorkspaceEdit();
  change.set(document.uri, [edit]);
  if (!(await vscode.workspace.applyEdit(change))) tellUnwritable(document);
}

function tellChanged(): void {
  void showWarningMessage(
    'The text changed while its images were captioned; nothing was inserted. Try again: the captions are kept.',
  );
}

function tellUnwritable({ fileName }: vscode.TextDocument): void {
  void showErrorMessage(`${fileName} cannot be changed; is it read-only?`);
}
