import * as vscode from 'vscode';
import { captionText, type CaptionServices, type WrittenCaption } from '../captions/captionText';
import type { DocumentImage } from '../links/imageLinks';
import { linkedImage, type LinkedImage } from '../links/linkedImage';

/** Who captions, and where failures are told. */
export interface DescribeServices extends CaptionServices {
  readonly log: Pick<vscode.LogOutputChannel, 'warn'>;
}

/** An image of a document, described. */
export interface DescribedImage {
  /** What the document calls it, shortened. */
  readonly name: string;
  readonly image: LinkedImage;
  readonly caption: WrittenCaption;
  /** Makes the caption its alt text. */
  readonly edit: vscode.TextEdit;
  /** The change that makes other words its alt text. */
  readonly write: (words: string) => Promise<vscode.TextEdit | undefined>;
}

/** What describing the images of a document came to. */
export interface Description {
  readonly described: readonly DescribedImage[];
  /** One sentence for each image that could not be described. */
  readonly failures: readonly string[];
}

/** Captions images of a document, one after another, and tells how the captions become their alt texts. */
export async function describeImages(
  services: DescribeServices,
  document: vscode.TextDocument,
  links: readonly DocumentImage[],
  token: vscode.CancellationToken,
  report?: (done: number) => void,
): Promise<Description> {
  const described: DescribedImage[] = [];
  const failures: string[] = [];
  for (const [i, link] of links.entries()) {
    if (token.isCancellationRequested) break;
    report?.(i);
    if (!link.describe) continue;
    const write = async (words: string): Promise<vscode.TextEdit | undefined> => {
      const edit = await link.describe?.(words);
      if (!edit) return undefined;
      const range = new vscode.Range(document.positionAt(edit.from), document.positionAt(edit.to));
      return vscode.TextEdit.replace(range, edit.text);
    };
    try {
      const image = await linkedImage(document, link);
      const caption = await captionText(services, image, token);
      const edit = await write(caption.text);
      if (edit) described.push({ name: nameOf(link, image), image, caption, edit, write });
    } catch (error) {
      if (token.isCancellationRequested) break;
      failures.push((error as Error).message);
      services.log.warn(`${vscode.workspace.asRelativePath(document.uri)}: ${(error as Error).message}`);
    }
  }
  return { described, failures };
}

function nameOf({ address }: DocumentImage, image: LinkedImage): string {
  return 'bytes' in image ? 'the image in the document' : address.slice(0, 80);
}
