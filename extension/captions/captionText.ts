import * as vscode from 'vscode';
import { CaptionRequest } from '../../core/protocol/captionProtocol';
import type { LinkedImage } from '../links/linkedImage';
import { InferenceError } from '../inference/inferenceError';
import { fileFailure } from '../inference/fileFailure';
import type { InferenceClient } from '../inference/inferenceClient';
import type { ModelCatalogue } from '../models/modelCatalogue';
import type { CaptionStore } from './captionStore';
import { bytesSource, imageSource } from './imageSource';

/** Who captions, and where captions are kept. */
export interface CaptionServices {
  readonly captionStore: CaptionStore;
  readonly client: Pick<InferenceClient, 'request'>;
  readonly catalogue: Pick<ModelCatalogue, 'captioner'>;
}

/**
 * The caption of an image: the one that is kept, where it is of the image's content, or else a new one, which is then kept.
 * @throws {InferenceError} with one sentence.
 */
export async function captionText(
  { captionStore, client, catalogue }: CaptionServices,
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
