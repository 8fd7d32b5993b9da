import * as vscode from 'vscode';
import type { CaptionStore } from '../captions/captionStore';
import { confidenceWords, isGuess, phaseNames, shownCaption } from '../captions/imageState';
import { imageLinksAt, linkRange } from '../links/imageLinks';
import { linkedImage } from '../links/linkedImage';

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
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = { enabledCommands: ['headlight.captionImage', 'headlight.describeImage'] };
  const caption = shownCaption(state);
  if (caption !== undefined) {
    const facts = [confidenceWords(state), state.phase === 'done' ? undefined : phaseNames[state.phase]];
    text.appendText([isGuess(state) ? 'No caption' : `“${caption}”`, ...facts].filter(Boolean).join(' · '));
  } else text.appendText(state.phase === 'failed' ? state.reason : 'No caption yet.');
  const command = (title: string, id: string, ...args: unknown[]) =>
    `[${title}](command:${id}?${encodeURIComponent(JSON.stringify(args))})`;
  const commands = [
    command('Caption Image', 'headlight.captionImage', image.uri.toString()),
    ...(link.alt !== 'given' && link.describe
      ? [command('Insert as alt text', 'headlight.describeImage', document.uri.toString(), link.from)]
      : []),
  ];
  text.appendMarkdown(`\n\n$(lightbulb) Headlight: ${commands.join(' · ')}`);
  return new vscode.Hover(text, linkRange(document, link));
}
