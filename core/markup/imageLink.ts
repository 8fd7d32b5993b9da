/** A change of a text: what lies between two offsets (UTF-16 units) becomes something else. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** An image that a document shows. */
export interface ImageLink {
  /** The whole of it, as offsets into the document (UTF-16 units). */
  readonly from: number;
  readonly to: number;
  /** Where the image lies, as it is written, entities and escapes resolved. */
  readonly address: string;
  /**
   * Its text for those who do not see it. `missing`: there is none; `decorative`: the author says that there is nothing
   * to tell; `given`: there is one, or an expression may give one.
   */
  readonly alt: 'missing' | 'decorative' | 'given';
  /** The change that makes a caption its alt text, in place of what stands there; absent where an expression gives it. */
  describe?(caption: string): TextEdit;
}

/** The languages whose image links are known. */
export type MarkupLanguage = 'markdown' | 'mdx' | 'html' | 'jsx' | 'vue' | 'svelte' | 'asciidoc' | 'restructuredtext';

/** A caption on one line: alt text has no line breaks. */
export function oneLine(caption: string): string {
  return caption.replace(/\s+/g, ' ').trim();
}
