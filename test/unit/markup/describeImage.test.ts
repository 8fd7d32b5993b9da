import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { convert } from '@asciidoctor/core';
import { fromMarkdown } from 'mdast-util-from-markdown';
import type { Nodes } from 'mdast';
import ts from 'typescript';
import { findImageLinks } from '../../../core/markup/findImageLinks';
import { imageMarkup } from '../../../core/markup/imageMarkup';
import type { MarkupLanguage } from '../../../core/markup/imageLink';

/** All that has a meaning somewhere. */
const nasty =
  'a "big" [red] {lamp} | <b> & \\ back\\` `tick`\nnew \'line\', x=1 *bold* _em_ $m$ ~s~ #h ^up^ ++p++ &amp; {{x}} ${y} ]';
const plain = nasty.replace('\n', ' ');

/** The document with each image that has no alt text described. */
function describeAll(text: string, language: MarkupLanguage, caption: string): string {
  return findImageLinks(text, language)
    .filter(link => link.alt === 'missing')
    .map(link => link.describe!(caption))
    .sort((a, b) => b.from - a.from)
    .reduce((all, edit) => all.slice(0, edit.from) + edit.text + all.slice(edit.to), text);
}

const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
const unescapeHtml = (text: string) =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (_, code?: string, name?: string) =>
    code ? String.fromCharCode(Number(code)) : named[name!],
  );
const alts = (html: string) => [...html.matchAll(/<img [^>]*?alt="([^"]*)"/g)].map(match => unescapeHtml(match[1]));

describe('a caption as alt text', () => {
  it('Markdown: a parser reads the caption back, also out of a reference and a table', () => {
    const text = describeAll('![](a.png) ![][r]\n\n[r]: b.png', 'markdown', nasty);
    const found: (string | null | undefined)[] = [];
    const visit = (node: Nodes) => {
      if (node.type === 'image' || node.type === 'imageReference') found.push(node.alt);
      if ('children' in node) node.children.forEach(visit);
    };
    visit(fromMarkdown(text));
    assert.deepEqual(found, [plain, plain]);
    assert.doesNotMatch(text, /(?<!\\)\|/);
  });

  it('MDX: the same, with braces that begin no expression; in a tag, as JSX', () => {
    assert.equal(
      describeAll('![](a.png)\n\n<img src="b.png" />', 'mdx', 'a {b} "c" <d>'),
      '![a \\{b\\} "c" \\<d\\>](a.png)\n\n<img src="b.png" alt="a {b} &quot;c&quot; &lt;d&gt;" />',
    );
  });

  it('HTML: quotes, ampersands and angle brackets as entities, in place of no alt text', () => {
    const text = describeAll('<img src="a.png" width=1><img src=b.png>', 'html', nasty);
    assert.deepEqual(
      [...text.matchAll(/alt="([^"]*)"/g)].map(match => unescapeHtml(match[1])),
      [plain, plain],
    );
    assert.equal(
      describeAll('<img src=b.png>', 'html', 'a "b" & <c>'),
      '<img src=b.png alt="a &quot;b&quot; &amp; &lt;c&gt;">',
    );
  });

  it('JSX: TypeScript reads the caption back', () => {
    const text = describeAll('export const x = <img src="a.png" />;', 'jsx', nasty);
    const { outputText } = ts.transpileModule(text, {
      compilerOptions: { jsx: ts.JsxEmit.React, module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
    });
    const exports: Record<string, unknown> = {};
    runInNewContext(outputText, {
      exports,
      React: { createElement: (_: string, properties: object) => ({ ...properties }) },
    });
    assert.deepEqual(exports.x, { src: 'a.png', alt: plain });
  });

  it('Vue: as HTML; attributes hold no mustaches', () => {
    assert.equal(
      describeAll('<template><img src="a.png"/></template>', 'vue', 'a "{{b}}"\n<c>'),
      '<template><img src="a.png" alt="a &quot;{{b}}&quot; &lt;c&gt;"/></template>',
    );
  });

  it('Svelte: braces are no expression', () => {
    assert.equal(
      describeAll('<img src="a.png">', 'svelte', 'a {b} & "c"'),
      '<img src="a.png" alt="a &#123;b&#125; &amp; &quot;c&quot;">',
    );
  });

  it('AsciiDoc: Asciidoctor reads the caption back, of blocks, in lines and in a table', async () => {
    for (const caption of [nasty, 'a lamp', 'two lamps, one lit', '"quoted"']) {
      const document =
        'image::a.png[]\n\nSee image:b.png[] and image:c.png[width=20].\n\nimage::d.png[,200]\n\n|===\n|image:e.png[] |x\n|===\n';
      const html = (await convert(describeAll(document, 'asciidoc', caption))) as string;
      assert.deepEqual(alts(html), Array(5).fill(caption.replace('\n', ' ')));
      assert.match(html, /width="200"/);
    }
  });

  it('reStructuredText: an option’s value holds every character; line breaks become spaces', () => {
    const text = [
      '.. image:: a.png',
      '',
      '- x',
      '',
      '  .. figure:: b.png',
      '      :width: 1',
      '',
      '.. image:: c.png',
      '   :alt:',
      '   :scale: 5',
      '',
    ].join('\n');
    assert.equal(
      describeAll(text, 'restructuredtext', nasty),
      [
        '.. image:: a.png',
        `   :alt: ${plain}`,
        '',
        '- x',
        '',
        '  .. figure:: b.png',
        `      :alt: ${plain}`,
        '      :width: 1',
        '',
        '.. image:: c.png',
        `   :alt: ${plain}`,
        '   :scale: 5',
        '',
      ].join('\n'),
    );
    assert.equal(describeAll('.. image:: a.png\r\n', 'restructuredtext', 'a'), '.. image:: a.png\r\n   :alt: a\r\n');
  });

  it('an image that is put in is found again in its language, whatever its path and caption hold', () => {
    for (const language of [
      'markdown',
      'mdx',
      'html',
      'jsx',
      'vue',
      'svelte',
      'asciidoc',
      'restructuredtext',
    ] as const) {
      const [link, ...others] = findImageLinks(imageMarkup(language, '../img/a (1).png', nasty), language);
      assert.equal(link.alt, 'given', language);
      assert.equal(decodeURIComponent(link.address), '../img/a (1).png', language);
      assert.deepEqual(others, [], language);
    }
  });

  it('takes the place of alt text that is there', () => {
    const again = (text: string, language: MarkupLanguage) => {
      const edit = findImageLinks(text, language)[0].describe!('new');
      return text.slice(0, edit.from) + edit.text + text.slice(edit.to);
    };
    assert.equal(again('![old [x] \\] y](a.png)', 'markdown'), '![new](a.png)');
    assert.equal(again("<img alt='old' src=a.png>", 'html'), '<img alt="new" src=a.png>');
    assert.equal(again('<img alt src=a.png>', 'html'), '<img alt="new" src=a.png>');
    assert.equal(again('image::a.png["old, one",200]', 'asciidoc'), 'image::a.png[new,200]');
    assert.equal(
      again('.. image:: a.png\n   :alt: old\n     and more\n   :width: 2\n', 'restructuredtext'),
      '.. image:: a.png\n   :alt: new\n   :width: 2\n',
    );
  });
});
