/**
 * A thread of the extension host that reads documents for images: a Markdown parser takes a second for some hundred
 * kilobytes, in which nothing else would go on. A bundle of its own; started by {@link LinksReader}.
 */
import { parentPort } from 'node:worker_threads';
import { LruCache } from '../../core/cache/lruCache';
import { findImageLinks } from '../../core/markup/findImageLinks';
import type { ImageLink } from '../../core/markup/imageLink';
import type { FoundLink, LinksAnswer, LinksRequest, LinksText } from './linksProtocol';

/** So many documents are kept. */
const mostKept = 8;
const kept = new LruCache<
  string,
  { readonly text: string; readonly language: string; readonly links: readonly ImageLink[] }
>(mostKept);

function linksOf({ key, text, language }: LinksText): readonly ImageLink[] {
  const before = kept.get(key);
  const links = before?.text === text && before.language === language ? before.links : findImageLinks(text, language);
  kept.set(key, { text, language, links });
  return links;
}

function toFound(link: ImageLink): FoundLink {
  const { from, to, address, alt } = link;
  return { from, to, address, alt, describes: link.describe !== undefined };
}

function answer(request: LinksRequest): LinksAnswer {
  const { id, describe } = request;
  try {
    const links = linksOf(request);
    if (describe) return { id, edit: links[describe.index]?.describe?.(describe.caption) };
    return { id, links: links.map(toFound) };
  } catch (error) {
    return { id, failure: (error as Error).message };
  }
}

parentPort?.on('message', (request: LinksRequest) => parentPort?.postMessage(answer(request)));
