import { escapeAsciidoc } from './asciidocImages';
import { escapeMarkdown } from './escapeMarkdown';
import { oneLine, type MarkupLanguage } from './imageLink';
import { escapeAttribute } from './tagImages';

/** What shows an image with alt text in a language. @param path of the image from the document, with slashes. */
export function imageMarkup(language: MarkupLanguage, path: string, caption: string): string {
  const address = encodeURI(path).replace(/[?#()]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  switch (language) {
    case 'markdown':
    case 'mdx':
      return `![${escapeMarkdown(caption)}](${address})`;
    case 'html':
    case 'vue':
    case 'svelte':
      return `<img src="${address}" alt=${escapeAttribute(caption, language)}>`;
    case 'jsx':
      return `<img src="${address}" alt=${escapeAttribute(caption, language)} />`;
    case 'asciidoc':
      return `image:${address}[${escapeAsciidoc(caption)}]`;
    case 'restructuredtext':
      return `.. image:: ${path.replace(/[\\ ]/g, '\\$&')}\n   :alt: ${oneLine(caption)}\n`;
  }
}
