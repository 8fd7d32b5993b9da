import type { KeptCaption } from '../../core/captions/captionBook';
import { captionVerdict, isUnsure, type CaptionVerdict, type JudgedCaption } from '../../core/captions/captionVerdict';

/** How an image stands: what is known of its caption. */
export type ImageState =
  | { readonly phase: 'none' | 'queued' | 'running' }
  | { readonly phase: 'done' | 'edited'; readonly caption: KeptCaption }
  /** Its caption is of an older content, or by an older version of the model. */
  | { readonly phase: 'stale'; readonly caption: KeptCaption; readonly reason: string }
  | { readonly phase: 'failed'; readonly reason: string };

export type ImagePhase = ImageState['phase'];

/** What an image's state is called. */
export const phaseNames: Readonly<Record<ImagePhase, string>> = {
  none: 'no caption',
  queued: 'queued',
  running: 'captioning…',
  done: 'captioned',
  edited: 'edited',
  stale: 'stale',
  failed: 'failed',
};

/** Its caption, whoever's words they are. */
export function captionOf(state: ImageState): string | undefined {
  return 'caption' in state ? state.caption.text : undefined;
}

/** What a verdict is called where there is no room for more. */
export const verdictNames: Readonly<Record<CaptionVerdict, string>> = {
  sure: 'sure',
  'not sure': 'not sure',
  photo: 'photo, not sure',
  'not calibrated': 'not calibrated',
};

/** What is to be thought of its caption; undefined where it has none or the words are the user's. */
export function verdictOf(state: ImageState): CaptionVerdict | undefined {
  return 'caption' in state && !state.caption.edited && state.caption.record
    ? captionVerdict(state.caption.record)
    : undefined;
}

/** Whether its caption is a guess, which is shown to who asks for it only. */
export function isGuess(state: ImageState): boolean {
  const verdict = verdictOf(state);
  return verdict !== undefined && isUnsure(verdict);
}

/** What lists say in place of its caption: the words, or that the model was not sure of them. */
export function shownCaption(state: ImageState): string | undefined {
  return isGuess(state) ? verdictNames[verdictOf(state)!] : captionOf(state);
}

/** How sure which model was: “sure, 0.93 · tiny-captioner”; undefined where {@link verdictOf} is. */
export function confidenceWords(state: ImageState): string | undefined {
  const verdict = verdictOf(state);
  return verdict === undefined || !('caption' in state) ? undefined : judgedWords(state.caption.record!);
}

/** The same of what a model wrote. */
export function judgedWords(judged: JudgedCaption): string {
  const { confidence, model } = judged;
  const sure = confidence === undefined ? '' : `, ${confidence.toFixed(2)}`;
  return `${verdictNames[captionVerdict(judged)]}${sure} · ${model}`;
}
