import * as vscode from 'vscode';
import { commandLink, markdownOf, paragraphs } from '../../core/markup/markdown';
import type { CaptionStore } from '../captions/captionStore';
import { confidenceWords, isGuess, phaseNames, shownCaption } from '../captions/imageState';
import { imageLinksAt, linkRange } from '../links/imageLinks';
import { linkedImage } from '../links/linkedImage';
import { markdownString } from '../shown/markdownString';

/** What its links may run. */
const commands = ['headlight.captionImage', 'headlight.describeImage'] as const;

/** What a hover on an image link says: its caption, or that it has none yet, with a way to one. */
export async function imageHover(
  captionStore: Pick<CaptionStore, 'state'>,
  document: vscode.TextDocument,
  position: vscode.Position,
): Promise<vscode.Hover | undefined> {
  const [link] = await imageLinksAt(document, new vscode.Range(position, position));
  if (!link) return undefined;
  const image = await linkedImage(document, link).catch(() => undefined);
  if (!image || !('uri' in image)) return undefined;
  const state = await captionStore.state(image.uri);
  const caption = shownCaption(state);
  const facts = [confidenceWords(state), state.phase === 'done' ? undefined : phaseNames[state.phase]];
  const said =
    caption !== undefined
      ? [isGuess(state) ? 'No caption' : `“${caption}”`, ...facts].filter(Boolean).join(' · ')
      : state.phase === 'failed'
        ? state.reason
        : 'No caption yet.';
  const [captionImage, insert] = commands;
  const ways = [commandLink('Caption Image', captionImage, image.uri.toString())];
  if (link.alt !== 'given' && link.describe) {
    ways.push(commandLink('Insert as alt text', insert, document.uri.toString(), link.from));
  }
  const [first, second] = ways;
  const text = paragraphs(said, second ? markdownOf`Headlight: ${first} · ${second}` : markdownOf`Headlight: ${first}`);
  return new vscode.Hover(markdownString(text, ...commands), linkRange(document, link));
}
