import * as vscode from 'vscode';
import { captionVerdict, isUnsure } from '../../core/captions/captionVerdict';
import { ImageRequest } from '../../core/protocol/imageProtocol';
import { bytesSource, imageSource } from '../captions/imageSource';
import { judgedWords } from '../captions/imageState';
import type { InferenceClient } from '../inference/inferenceClient';
import type { LinkedImage } from '../links/linkedImage';
import type { DescribedImage } from './describeImages';

/** Pixels of the picture that stands before an edit, twice what is shown for fine screens. */
const iconSize = 32;

/** Whether a caption is a guess, which is not to be written without being asked for. */
export function isGuessed({ caption: { judged } }: DescribedImage): boolean {
  return judged !== undefined && isUnsure(captionVerdict(judged));
}

/**
 * The change that makes captions the alt texts of a document. Where the model was not sure of one, VS Code shows the whole
 * change before it is made: what is sure is ticked, what is a guess is not, each with its picture, its words and how sure
 * which model was.
 */
export async function altTextEdit(
  client: Pick<InferenceClient, 'request'>,
  document: vscode.TextDocument,
  described: readonly DescribedImage[],
  token?: vscode.CancellationToken,
): Promise<vscode.WorkspaceEdit> {
  const change = new vscode.WorkspaceEdit();
  if (!described.some(isGuessed)) {
    change.set(
      document.uri,
      described.map(({ edit }) => edit),
    );
    return change;
  }
  for (const each of described) {
    const { name, image, caption, edit } = each;
    change.replace(document.uri, edit.range, edit.newText, {
      needsConfirmation: isGuessed(each),
      label: `${name}: “${caption.text}”`,
      description: caption.judged ? judgedWords(caption.judged) : 'your words',
      iconPath: await icon(client, image, token),
    });
  }
  return change;
}

/** The picture, small; where it cannot be had, a sign for one. */
async function icon(
  client: Pick<InferenceClient, 'request'>,
  image: LinkedImage,
  token: vscode.CancellationToken | undefined,
): Promise<vscode.Uri | vscode.ThemeIcon> {
  try {
    const source =
      'bytes' in image ? bytesSource('The image in the document', image.bytes) : await imageSource(image.uri);
    const { webp } = await client.request(ImageRequest.thumbnail, { source, size: iconSize }, token);
    return vscode.Uri.parse(`data:image/webp;base64,${Buffer.from(webp).toString('base64')}`);
  } catch {
    // It was read a moment ago, so that this is seldom; the words say what it is.
    return new vscode.ThemeIcon('file-media');
  }
}
