import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { codeBlock, commandLink, inlineImage, markdownOf, paragraphs } from '../../../core/markup/markdown';
import { plainLine } from '../../../core/text/plainLine';
import { hostileTexts } from '../support/hostileTexts';

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly children?: readonly Node[];
}

const tree = (source: string) => fromMarkdown(source) as Node;
/** What a text becomes, by the names of Markdown's parts: `paragraph(text)`. */
const shape = ({ type, children }: Node): string =>
  children && type !== 'root' ? `${type}(${children.map(shape).join()})` : (children?.map(shape).join() ?? type);
const textOf = ({ value, children }: Node): string => value ?? (children ?? []).map(textOf).join('');
/** What makes a link of an address without brackets (GFM), once no backslash stands in it. */
const bareAddress = /:\/\/|www\.|[\w.+-]@[\w-]/i;
const signs = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;

describe('markdown with texts from outside', () => {
  for (const [what, text] of Object.entries(hostileTexts)) {
    it(`${what} stays text on one line`, () => {
      const { source } = markdownOf`${text}`;
      const read = tree(source);
      assert.equal(shape(read), 'paragraph(text)', source);
      assert.equal(textOf(read), plainLine(text).replace(/\s+/g, ' ').trim());
      assert.doesNotMatch(source, signs);
      assert.doesNotMatch(source, bareAddress);
      // VS Code looks for these in the source, whatever Markdown says.
      assert.doesNotMatch(source, /\$\(|(?<!\\)</i);
    });

    it(`${what} changes nothing around it`, () => {
      const own = markdownOf`Before ${text}, **${`x${text}x`}** and [${text}](https://own.example) ${markdownOf`*${`x${text}x`}*`}`;
      assert.equal(
        shape(tree(paragraphs(own, text, text).source)),
        'paragraph(text,strong(text),text,link(text),text,emphasis(text)),paragraph(text),paragraph(text)',
      );
    });

    it(`${what} stays in a block of code`, () => {
      const { source } = paragraphs('before', codeBlock(text), 'after');
      const read = tree(source);
      assert.equal(shape(read), 'paragraph(text),code,paragraph(text)', source);
      assert.doesNotMatch(textOf(read.children![1]).replaceAll('\n', ''), signs);
    });

    it(`${what} stays in the arguments and the title of a link of our own`, () => {
      const { source } = commandLink(text, 'headlight.captionImage', text, 7);
      const read = tree(source);
      assert.equal(shape(read), 'paragraph(link(text))', source);
      const [address, args] = read.children![0].children![0].url!.split('?');
      assert.equal(address, 'command:headlight.captionImage');
      assert.deepEqual(JSON.parse(decodeURIComponent(args)), [text, 7]);
    });
  }

  it('an image of our own is bytes, never an address', () => {
    assert.equal(shape(tree(inlineImage('AAAA/+8=').source)), 'paragraph(image)');
    assert.throws(() => inlineImage('AAAA) ![x](https://example.org/a.png'), TypeError);
  });

  it('paragraphs that are not there leave nothing', () => {
    assert.equal(paragraphs(undefined, '', 'a', markdownOf`*b*`).source, 'a\n\n*b*');
  });

  it('is made into a MarkdownString by one file, which trusts nothing and takes no HTML', () => {
    const makes = readdirSync('extension', { recursive: true, encoding: 'utf8' })
      .filter(file => file.endsWith('.ts'))
      .map(file => ({ file: file.replaceAll('\\', '/'), text: readFileSync(`extension/${file}`, 'utf8') }))
      .filter(({ text }) => /new (vscode\.)?MarkdownString|isTrusted\s*[=:]|supportHtml|supportThemeIcons/.test(text));
    assert.deepEqual(
      makes.map(({ file }) => file),
      ['shown/markdownString.ts'],
    );
    assert.doesNotMatch(makes[0].text, /isTrusted\s*[=:]\s*true|supportHtml\s*[=:]|supportThemeIcons\s*[=:]/);
  });
});
