import * as vscode from 'vscode';
import { imageSurroundings, type ImageSurroundings } from '../../core/markup/imageSurroundings';
import { markupLanguage } from '../../core/markup/markupLanguages';
import { imageLinks } from '../links/imageLinks';
import { linkedImage } from '../links/linkedImage';

/** What is known of an image beside its pixels, in words: its file's name, and the heading and the sentence around it in the document beside that shows it. */
export async function imageContext(image: vscode.Uri): Promise<string> {
  const { heading, sentence } = await surroundingsOf(image);
  return [
    `The image’s file is called ${image.path.split('/').pop()}.`,
    heading === undefined ? '' : `It stands below the heading “${heading}”.`,
    sentence === undefined ? '' : `The text around it says: “${sentence}”`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** From the first document that shows the image: that of the active editor, else of one in sight, else of one that is open. */
async function surroundingsOf(image: vscode.Uri): Promise<ImageSurroundings> {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const documents = new Set([
    ...(activeTextEditor ? [activeTextEditor.document] : []),
    ...visibleTextEditors.map(({ document }) => document),
    ...vscode.workspace.textDocuments,
  ]);
  for (const document of documents) {
    const language = markupLanguage(document.languageId, document.uri.path);
    if (!language) continue;
    for (const link of await imageLinks(document).catch(() => [])) {
      const linked = await linkedImage(document, link).catch(() => undefined);
      if (linked && 'uri' in linked && linked.uri.toString() === image.toString()) {
        return imageSurroundings(document.getText(), language, link);
      }
    }
  }
  return {};
}
