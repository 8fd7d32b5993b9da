import type { WorkspaceImage } from '../captions/findImages';
import { captionOf, phaseNames, type ImagePhase, type ImageState } from '../captions/imageState';

/** Which images the sidebar shows: those of a state, or those whose path or caption contains a text. */
export type ImageFilter = { readonly phase: ImagePhase } | { readonly text: string };

export function passes(filter: ImageFilter | undefined, image: WorkspaceImage, state: ImageState): boolean {
  if (!filter) return true;
  if ('phase' in filter) {
    return state.phase === filter.phase || (filter.phase === 'queued' && state.phase === 'running');
  }
  const text = filter.text.toLowerCase();
  return image.path.toLowerCase().includes(text) || (captionOf(state)?.toLowerCase().includes(text) ?? false);
}

/** The filter in words: “failed”, “contains “lamp””. */
export function filterName(filter: ImageFilter): string {
  return 'phase' in filter ? phaseNames[filter.phase] : `contains “${filter.text}”`;
}
