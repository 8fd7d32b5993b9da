import type { KeptCaption } from '../../core/captions/captionBook';

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
