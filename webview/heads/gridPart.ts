import type { HeadTable } from './headOrder';
import type { ThumbnailLayout } from './thumbnailLayout';

/** A part of the overview: lines of heads of one size, with labels above its columns where they keep to places in the model. */
export interface GridPart extends HeadTable {
  readonly layout: ThumbnailLayout;
  /** What stands above it, where something does: the first words stand out. */
  readonly heading?: { readonly words: string; readonly note: string; readonly hint?: string };
}
