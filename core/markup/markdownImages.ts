import type { Image, ImageReference, Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { escapeMarkdown } from './escapeMarkdown';
import type { ImageLink } from './imageLink';
import { mask } from './mask';
import { tagImages } from './tagImages';
import { mdxScripts } from './tagStarts';

/** MDX is Markdown without these: tags are read as such, and what stands in them is Markdown. https://mdxjs.com/docs/what-is-mdx/#markdown */
const notInMdx = ['autolink', 'codeIndented', 'htmlFlow', 'htmlText'];

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
    return [
      {
        from,
        to,
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
