import * as vscode from 'vscode';
import type { CaptionText } from '../../core/captions/caption';
import { captionConfidence } from '../../core/captions/captionConfidence';
import type { JudgedCaption } from '../../core/captions/captionVerdict';
import type { ModelReference } from '../../core/protocol/modelReference';
import { CaptionRequest } from '../../core/protocol/captionProtocol';
import type { LinkedImage } from '../links/linkedImage';
import { InferenceError } from '../inference/inferenceError';
import { fileFailure } from '../inference/fileFailure';
import type { InferenceClient } from '../inference/inferenceClient';
import type { ModelCatalogue } from '../models/modelCatalogue';
import { captionPrompt } from './altTextPrompt';
import type { CaptionStore } from './captionStore';
import { bytesSource, imageSource } from './imageSource';

/** Who captions, and where captions are kept. */
export interface CaptionServices {
  readonly captionStore: CaptionStore;
  readonly client: Pick<InferenceClient, 'request'>;
  readonly catalogue: Pick<ModelCatalogue, 'captioner'>;
}

/** A caption, and what is to be thought of it; of the user's own words nothing. */
export interface WrittenCaption {
  readonly text: string;
  readonly judged?: JudgedCaption;
}

/**
 * The caption of an image: the one that is kept, where it is of the image's content, or else a new one, which is then kept.
 * @throws {InferenceError} with one sentence.
 */
export async function captionText(
  { captionStore, client, catalogue }: CaptionServices,
  image: LinkedImage,
  token: vscode.CancellationToken,
): Promise<WrittenCaption> {
  const model = await catalogue.captioner();
  if ('bytes' in image) {
    const source = bytesSource('The image in the document', image.bytes);
    return written(
      model,
      await client.request(CaptionRequest.captionText, { model, source, prompt: await captionPrompt(model) }, token),
    );
  }
  const { uri } = image;
  try {
    const stat = await vscode.workspace.fs.stat(uri);
    const state = await captionStore.state(uri, stat);
    if (state.phase === 'edited') return { text: state.caption.text };
    if (state.phase === 'done') return { text: state.caption.text, judged: state.caption.record };
    const asked = { model, source: await imageSource(uri), prompt: await captionPrompt(model, uri) };
    const caption = await client.request(CaptionRequest.captionText, asked, token);
    await captionStore.put(uri, stat, model, caption);
    return written(model, caption);
  } catch (error) {
    throw error instanceof InferenceError ? error : fileFailure(uri, error);
  }
}

function written({ id }: ModelReference, { text, words, photo, screenshot }: CaptionText): WrittenCaption {
  return { text, judged: { model: id, confidence: captionConfidence(words).value, photo, screenshot } };
}
