import * as vscode from 'vscode';
import { ImageRequest } from '../../core/protocol/imageProtocol';
import type { InferenceClient } from '../inference/inferenceClient';
import { InferenceError } from '../inference/inferenceError';
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
  const text = new vscode.MarkdownString();
  const caption = isGuess(state) ? undefined : shownCaption(state);
  let facts = image.path;
  try {
    const {
      image: { width, height, format, frames },
      webp,
    } = await client.request(
      ImageRequest.thumbnail,
      { source: await imageSource(image.uri), size: thumbnailSize },
      token,
    );
    text.appendMarkdown(`![](data:image/webp;base64,${Buffer.from(webp).toString('base64')})\n\n`);
    facts += ` · ${width.toLocaleString('en')} × ${height.toLocaleString('en')} · ${format.toUpperCase()}${frames > 1 ? ` · first of ${frames} frames` : ''}`;
  } catch (error) {
    if (state.phase !== 'failed') text.appendText(`${InferenceError.from(error).message}\n\n`);
  }
  if (caption !== undefined) text.appendMarkdown('**').appendText(caption).appendMarkdown('**\n\n');
  if (state.phase === 'failed' || state.phase === 'stale') text.appendText(`${state.reason}\n\n`);
  if (isGuess(state)) text.appendMarkdown('**Not sure** what this shows. A click shows the guess.\n\n');
  const who = state.phase === 'edited' ? 'your words' : confidenceWords(state);
  return text.appendText([facts, who].filter(Boolean).join(' · '));
}
