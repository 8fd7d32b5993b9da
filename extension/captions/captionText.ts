import * as vscode from 'vscode';
import { CaptionRequest } from '../../core/protocol/captionProtocol';
import type { LinkedImage } from '../editor/linkedImage';
import { InferenceError } from '../inference/inferenceError';
import type { Services } from '../services';
import { fileFailure } from '../inference/fileFailure';
import { bytesSource, imageSource } from './imageSource';

/**
 * The caption of an image: the one that is kept, where it is of the image's content, or else a new one, which is then kept.
 * @throws {InferenceError} with one sentence.
 */
export async function captionText(
  { captionStore, client, catalogue }: Services,
  image: LinkedImage,
  token: vscode.CancellationToken,
): Promise<string> {
  const model = await catalogue.captioner();
  if ('bytes' in image) {
    return (
      await client.request(
        CaptionRequest.captionText,
        { model, source: bytesSource('The image in the document', image.bytes) },
        token,
      )
    ).text;
  }
  const { uri } = image;
  try {
    const stat = await vscode.workspace.fs.stat(uri);
    const state = await captionStore.state(uri, stat);
    if (state.phase === 'done' || state.phase === 'edited') return state.caption.text;
    const caption = await client.request(CaptionRequest.captionText, { model, source: await imageSource(uri) }, token);
    await captionStore.put(uri, stat, model, caption);
    return caption.text;
  } catch (error) {
    throw error instanceof InferenceError ? error : fileFailure(uri, error);
  }
}
