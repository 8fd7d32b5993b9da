import type * as vscode from 'vscode';
import { inlineImage, markdownOf, type Markdown, paragraphs } from '../../core/markup/markdown';
import { ImageRequest } from '../../core/protocol/imageProtocol';
import type { InferenceClient } from '../inference/inferenceClient';
import { InferenceError } from '../inference/inferenceError';
import { markdownString } from '../shown/markdownString';
import type { WorkspaceImage } from './findImages';
import { imageSource } from './imageSource';
import { confidenceWords, isGuess, shownCaption, type ImageState } from './imageState';

/** Pixels of a thumbnail's longer side. */
const thumbnailSize = 240;

/** What the tooltip of an image says: its thumbnail, its caption, and what is to be known of both. */
export async function imageTooltip(
  client: InferenceClient,
  image: WorkspaceImage,
  state: ImageState,
  token: vscode.CancellationToken,
): Promise<vscode.MarkdownString> {
  const caption = isGuess(state) ? undefined : shownCaption(state);
  let facts = image.path;
  let picture: Markdown | string | undefined;
  try {
    const {
      image: { width, height, format, frames },
      webp,
    } = await client.request(
      ImageRequest.thumbnail,
      { source: await imageSource(image.uri), size: thumbnailSize },
      token,
    );
    picture = inlineImage(Buffer.from(webp).toString('base64'));
    facts += ` · ${width.toLocaleString('en')} × ${height.toLocaleString('en')} · ${format.toUpperCase()}${frames > 1 ? ` · first of ${frames} frames` : ''}`;
  } catch (error) {
    if (state.phase !== 'failed') picture = InferenceError.from(error).message;
  }
  const who = state.phase === 'edited' ? 'your words' : confidenceWords(state);
  return markdownString(
    paragraphs(
      picture,
      caption?.trim() ? markdownOf`**${caption.trim()}**` : undefined,
      state.phase === 'failed' || state.phase === 'stale' ? state.reason : undefined,
      isGuess(state) ? markdownOf`**Not sure** what this shows. A click shows the guess.` : undefined,
      [facts, who].filter(Boolean).join(' · '),
    ),
  );
}
