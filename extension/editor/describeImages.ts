import * as vscode from 'vscode';
import { captionText, type CaptionServices } from '../captions/captionText';
import type { DocumentImage } from '../links/imageLinks';
import { linkedImage } from '../links/linkedImage';

/** Who captions, and where failures are told. */
export interface DescribeServices extends CaptionServices {
  readonly log: Pick<vscode.LogOutputChannel, 'warn'>;
}

/** What describing the images of a document came to. */
export interface Description {
  readonly edits: readonly vscode.TextEdit[];
  /** One sentence for each image that could not be described. */
  readonly failures: readonly string[];
}

/** Captions images of a document, one after another, and gives the changes that make the captions their alt texts. */
export async function describeImages(
  services: DescribeServices,
  document: vscode.TextDocument,
  links: readonly DocumentImage[],
  token: vscode.CancellationToken,
  report?: (done: number) => void,
): Promise<Description> {
  const edits: vscode.TextEdit[] = [];
  const failures: string[] = [];
  for (const [i, link] of links.entries()) {
    if (token.isCancellationRequested) break;
    report?.(i);
    if (!link.describe) continue;
    try {
      const edit = await link.describe(await captionText(services, await linkedImage(document, link), token));
      if (!edit) continue;
      const { from, to, text } = edit;
      edits.push(vscode.TextEdit.replace(new vscode.Range(document.positionAt(from), document.positionAt(to)), text));
    } catch (error) {
      if (token.isCancellationRequested) break;
      failures.push((error as Error).message);
      services.log.warn(`${vscode.workspace.asRelativePath(document.uri)}: ${(error as Error).message}`);
    }
  }
  return { edits, failures };
}
