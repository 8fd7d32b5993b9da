import type { Rendered, Rendering } from './render';

/** What is asked of the process that draws: the size of a drawing, or the drawing at a resolution. */
export interface DrawingRequest {
  readonly bytes: Uint8Array;
  readonly draw?: { readonly density: number; readonly rendering: Rendering };
}

/** What it answers. */
export type DrawingAnswer =
  | { readonly size: { readonly width: number; readonly height: number } }
  | { readonly drawn: Rendered }
  | { readonly failure: string };
