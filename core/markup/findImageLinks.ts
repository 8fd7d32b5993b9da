import { asciidocImages } from './asciidocImages';
import type { ImageLink, MarkupLanguage } from './imageLink';
import { markdownImages } from './markdownImages';
import { restructuredTextImages } from './restructuredTextImages';
import { tagImages } from './tagImages';

/** The images that a document shows, in order. */
export function findImageLinks(text: string, language: MarkupLanguage): ImageLink[] {
  switch (language) {
    case 'markdown':
    case 'mdx':
      return markdownImages(text, language);
    case 'asciidoc':
      return asciidocImages(text);
    case 'restructuredtext':
      return restructuredTextImages(text);
    case 'html':
    case 'jsx':
    case 'vue':
    case 'svelte':
      return tagImages(text, language);
  }
}
