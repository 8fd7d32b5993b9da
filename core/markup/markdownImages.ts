import type { Image, ImageReference, Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { escapeMarkdown } from './escapeMarkdown';
import { oneLine, type ImageLink } from './imageLink';
import { mask } from './mask';
import { tagImages } from './tagImages';
import { mdxScripts } from './tagStarts';

/** MDX is Markdown without these: tags are read as such, and what stands in them is Markdown. https://mdxjs.com/docs/what-is-mdx/#markdown */
const notInMdx = ['autolink', 'codeIndented', 'htmlFlow', 'htmlText'];

/** So far the end of an image's attributes is looked for. */
const longestBlock = 4096;

/** The images of Markdown or MDX, those in its tags included; what stands in code shows none. CommonMark 0.31. */
export function markdownImages(text: string, language: 'markdown' | 'mdx'): ImageLink[] {
  if (!/!\[|<[A-Za-z]/.test(text)) return [];
  const definitions = new Map<string, string>();
  const images: (Image | ImageReference)[] = [];
  const code: [from: number, to: number][] = [];
  const visit = (node: Nodes) => {
    if (node.type === 'definition' && !definitions.has(node.identifier)) definitions.set(node.identifier, node.url);
    if (node.type === 'image' || node.type === 'imageReference') images.push(node);
    if (node.type === 'inlineCode' || node.type === 'code') code.push(offsets(node));
    if ('children' in node) node.children.forEach(visit);
  };
  if (language === 'mdx') {
    visit(fromMarkdown(mask(text, mdxScripts(text)), { extensions: [{ disable: { null: notInMdx } }] }));
  } else visit(fromMarkdown(text));
  const links = images.flatMap((node): ImageLink[] => {
    const address = node.type === 'image' ? node.url : definitions.get(node.identifier);
    if (address === undefined) return [];
    const [from, to] = offsets(node);
    const end = altEnd(text, from + 2);
    const block = language === 'markdown' ? attributeBlock(text, to) : undefined;
    if (block && (block.alt || !node.alt?.trim())) {
      return [{ from, to: block.to, address, alt: block.alt?.meaning ?? 'missing', describe: block.describe }];
    }
    return [
      {
        from,
        to: block?.to ?? to,
        address,
        alt: node.alt?.trim() ? 'given' : 'missing',
        // The text of ![name] and ![name][] is the image's name, too.
        ...(node.type === 'image' || node.referenceType === 'full'
          ? { describe: caption => ({ from: from + 2, to: end, text: escapeMarkdown(caption) }) }
          : {}),
      },
    ];
  });
  const tags = tagImages(mask(text, code), language === 'mdx' ? 'mdx' : 'html').filter(
    ({ from }) => text[from - 1] !== '\\',
  );
  return [...links, ...tags].sort((a, b) => a.from - b.from);
}

/**
 * What Pandoc and Quarto read behind an image, `{#fig-id fig-alt="…"}`: the text between its brackets is then the caption that
 * everybody sees. https://pandoc.org/MANUAL.html#extension-link_attributes, https://quarto.org/docs/authoring/figures.html#alt-text
 */
function attributeBlock(text: string, from: number) {
  // With a colon it is kramdown's, which knows no figures.
  const block = /^\{(?!:)(?:[^{}"'\n]|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')*\}/.exec(
    text.slice(from, from + longestBlock),
  )?.[0];
  if (block === undefined) return undefined;
  const to = from + block.length;
  const found = /(?<=[\s{])(?:fig-)?alt\s*=\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s}]*)/.exec(block);
  return {
    to,
    alt: found && {
      meaning: found[1].replace(/^["']|["']$/g, '').trim() === '' ? ('decorative' as const) : ('given' as const),
    },
    describe: (caption: string) => {
      const put = `fig-alt="${oneLine(caption).replace(/[\\"]/g, '\\$&')}"`;
      return found
        ? { from: from + found.index, to: from + found.index + found[0].length, text: put }
        : { from: to - 1, to: to - 1, text: `${/[\s{]\}$/.test(block) ? '' : ' '}${put}` };
    },
  };
}

function offsets(node: Nodes): [number, number] {
  return [node.position!.start.offset!, node.position!.end.offset!];
}

/** Where the text between an image's brackets ends: at the bracket that closes it. */
function altEnd(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '[') depth++;
    else if (text[at] === ']' && --depth === 0) return at;
  }
  return from;
}
