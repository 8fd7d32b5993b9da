import type { MarkupLanguage } from './imageLink';

/** What VS Code and its usual extensions call the languages. */
const languages: Readonly<Record<string, MarkupLanguage>> = {
  markdown: 'markdown',
  quarto: 'markdown',
  rmd: 'markdown',
  mdx: 'mdx',
  html: 'html',
  javascriptreact: 'jsx',
  typescriptreact: 'jsx',
  javascript: 'jsx',
  vue: 'vue',
  'vue-html': 'vue',
  svelte: 'svelte',
  asciidoc: 'asciidoc',
  restructuredtext: 'restructuredtext',
};

/** The ids of all languages whose image links are known. */
export const markupLanguageIds: readonly string[] = Object.keys(languages);

/** Endings of files in languages that VS Code itself does not know: without another extension, they are plain text to it. */
const endings: Readonly<Record<string, MarkupLanguage>> = {
  mdx: 'mdx',
  qmd: 'markdown',
  rmd: 'markdown',
  vue: 'vue',
  svelte: 'svelte',
  adoc: 'asciidoc',
  asciidoc: 'asciidoc',
  asc: 'asciidoc',
};

/** Which files are in a known language though their id says plain text. */
export const markupPattern = `**/*.{${Object.keys(endings).join(',')}}`;

/**
 * The language of a document; undefined where its image links are not known.
 * @param languageId as VS Code has it. @param path the document's, with slashes.
 */
export function markupLanguage(languageId: string, path: string): MarkupLanguage | undefined {
  return (
    languages[languageId] ??
    (languageId === 'plaintext' ? endings[/\.(\w+)$/.exec(path)?.[1].toLowerCase() ?? ''] : undefined)
  );
}

/** Whether a text may show an image in any of them: a look that costs next to nothing. */
export function mayShowImage(text: string): boolean {
  return /!\[|<[\w:-]*(?:img|image|picture)\b|<input\b[^>]*\bimage\b|image:|figure::|image\s*::/i.test(text);
}
