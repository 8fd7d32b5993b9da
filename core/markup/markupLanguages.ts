import type { MarkupLanguage } from './imageLink';

/** What VS Code and its usual extensions call the languages. */
const languages: Readonly<Record<string, MarkupLanguage>> = {
  markdown: 'markdown', mdx: 'mdx', html: 'html', javascriptreact: 'jsx', typescriptreact: 'jsx', javascript: 'jsx',
  vue: 'vue', 'vue-html': 'vue', svelte: 'svelte', asciidoc: 'asciidoc', restructuredtext: 'restructuredtext',
};

/** The ids of all languages whose image links are known. */
export const markupLanguageIds: readonly string[] = Object.keys(languages);

/** The language of an id; undefined where its image links are not known. */
export function markupLanguage(languageId: string): MarkupLanguage | undefined {
  return languages[languageId];
}

/** Whether a text may show an image in any of them: a look that costs next to nothing. */
export function mayShowImage(text: string): boolean {
  return /!\[|<[\w:-]*(?:img|image|picture)\b|image:|figure::|image\s*::/i.test(text);
}
