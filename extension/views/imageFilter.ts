import type { WorkspaceImage } from '../captions/findImages';
import { isGuess, phaseNames, shownCaption, verdictOf, type ImagePhase, type ImageState } from '../captions/imageState';

/**
 * Which images the sidebar shows: those of a state, those whose caption the model was not sure of (`photo`: among them what
 * looks like one), or those whose path or caption contains a text.
 */
export type ImageFilter =
  { readonly phase: ImagePhase } | { readonly verdict: 'not sure' | 'photo' } | { readonly text: string };

export function passes(filter: ImageFilter | undefined, image: WorkspaceImage, state: ImageState): boolean {
  if (!filter) return true;
  if ('phase' in filter) {
    return state.phase === filter.phase || (filter.phase === 'queued' && state.phase === 'running');
  }
  if ('verdict' in filter) return filter.verdict === 'photo' ? verdictOf(state) === 'photo' : isGuess(state);
  const text = filter.text.toLowerCase();
  return image.path.toLowerCase().includes(text) || (shownCaption(state)?.toLowerCase().includes(text) ?? false);
}

/** The filter in words: “failed”, “contains “lamp””. */
export function filterName(filter: ImageFilter): string {
  if ('verdict' in filter) return filter.verdict;
  return 'phase' in filter ? phaseNames[filter.phase] : `contains “${filter.text}”`;
}
