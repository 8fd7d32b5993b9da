import type { ImageLink, MarkupLanguage, TextEdit } from '../../core/markup/imageLink';

/** A document as the worker reads it; it keeps what it found in the last ones, by their key. */
export interface LinksText {
  readonly key: string;
  readonly text: string;
  readonly language: MarkupLanguage;
}

/** What the worker is asked: the images of a text, or the change that makes a caption the alt text of one of them. */
export type LinksRequest = LinksText & {
  readonly id: number;
  readonly describe?: { readonly index: number; readonly caption: string };
};

/** An image as it passes between threads: whether a caption can be its alt text, in place of how. */
export type FoundLink = Omit<ImageLink, 'describe'> & { readonly describes: boolean };

export type LinksAnswer = { readonly id: number } & (
  { readonly links: readonly FoundLink[] } | { readonly edit: TextEdit | undefined } | { readonly failure: string }
);
