import assert from 'node:assert/strict';
import { findImageLinks } from '../../../core/markup/findImageLinks';
import type { MarkupLanguage } from '../../../core/markup/imageLink';

/** A document with every way to show an image, and what is found: address and alt. */
const documents: Readonly<
  Record<MarkupLanguage, readonly [text: string, found: readonly [address: string, alt: string][]]>
> = {
  markdown: [
    [
      '![](a.png) ![text](<b c.png> "title") ![][logo] ![text][logo] ![logo]',
      '`![](code.png)`',
      '```',
      '![](fence.png)',
      '<img src="fence.png">',
      '```',
      '',
      '    ![](indented.png)',
      '',
      '<!-- ![](comment.png) <img src="comment.png"> -->',
      '',
      String.raw`\![](not.png) ![a\]b](d.png) <img src="e.png"> \<img src="no.png">`,
      '',
      '[![](badge.svg)](https://example.com)',
      '',
      '| ![](cell.png) | x |',
      '| --- | --- |',
      '',
      '[logo]: img/logo.svg "Our logo"',
    ].join('\n'),
    [
      ['a.png', 'missing'],
      ['b c.png', 'given'],
      ['img/logo.svg', 'missing'],
      ['img/logo.svg', 'given'],
      ['img/logo.svg', 'given'],
      ['d.png', 'given'],
      ['e.png', 'missing'],
      ['badge.svg', 'missing'],
      ['cell.png', 'missing'],
    ],
  ],
  mdx: [
    'import a from "./a.png"\n\n![](m.png)\n\n<Image src={a} />\n\n<div>\n    <img src="b.png" />\n</div>\n',
    [
      ['m.png', 'missing'],
      ['./a.png', 'missing'],
      ['b.png', 'missing'],
    ],
  ],
  html: [
    [
      '<!doctype html><p>1 < 2 <img src=a.png><IMG SRC="b.png" ALT="text"><img src=\'c.png\' alt=""><img alt src="d.png">',
      '<!-- <img src="no.png"> --><script>x = \'<img src="no.png">\';</script><img src="e&amp;f.png" role="presentation">',
      '<img width="1"><img src="unclosed.png" <p><img title="a > b" src="g.png"/><image src="no.png">',
    ].join('\n'),
    [
      ['a.png', 'missing'],
      ['b.png', 'given'],
      ['c.png', 'decorative'],
      ['d.png', 'decorative'],
      ['e&f.png', 'decorative'],
      ['g.png', 'missing'],
    ],
  ],
  jsx: [
    [
      'import logo from "./logo.svg";',
      'const photo = require("../photo.jpg");',
      '// <img src="no.png" />',
      'const html = \'<img src="no.png">\' + `<img src="no.png">`;',
      'export const View = (props) => <div title="a" onClick={() => { if (1 < 2) go("}"); }}>Don\'t',
      '  <img src="a.png" /> <img src={"b.png"} alt={""} /> <img src={logo} {...props} /> <Image src={photo} width={1} />',
      '  <img alt={props.name} src="c.png" /> <img src={props.url} /> {/* <img src="no.png" /> */} see http://x.org <img src={logo.src} />',
      '</div>;',
    ].join('\n'),
    [
      ['a.png', 'missing'],
      ['b.png', 'decorative'],
      ['./logo.svg', 'given'],
      ['../photo.jpg', 'missing'],
      ['c.png', 'given'],
      ['./logo.svg', 'missing'],
    ],
  ],
  vue: [
    '<template><img src="@/a.png"><img :src="require(\'./b.png\')" @load="go(1 > 2)"><img src="c.png" :alt="name"><img v-bind="all" src="d.png"></template>\n<script>const x = "<img src=no.png>"</script>',
    [
      ['@/a.png', 'missing'],
      ['./b.png', 'missing'],
      ['c.png', 'given'],
      ['d.png', 'given'],
    ],
  ],
  svelte: [
    '<script>import logo from "$lib/logo.svg"; let src = "<img src=\'no.png\'>";</script>\n{#if a}<img src={logo} on:load={() => { x = {} }}><img {alt} src="b.png"><img src="c.png" {...rest}><img src="d.png">{/if}',
    [
      ['$lib/logo.svg', 'missing'],
      ['b.png', 'given'],
      ['c.png', 'given'],
      ['d.png', 'missing'],
    ],
  ],
  asciidoc: [
    [
      ':imagesdir: img',
      '',
      'image::a.png[]',
      'image::b.png[A text, 200]',
      'image::c.png[width=200]',
      'image::d.png[,200]',
      'image::e.png[alt="text",link=x]',
      'An image:f.png[] and image:g.png[in \\] line] and image:/abs/h.png[] \\image:no.png[]',
      '// image::no.png[]',
      '----',
      'image::no.png[]',
      '----',
      '////',
      'image::no.png[]',
      '////',
      'image::https://example.com/i.png[]',
    ].join('\n'),
    [
      ['img/a.png', 'missing'],
      ['img/b.png', 'given'],
      ['img/c.png', 'missing'],
      ['img/d.png', 'missing'],
      ['img/e.png', 'given'],
      ['img/f.png', 'missing'],
      ['img/g.png', 'given'],
      ['/abs/h.png', 'missing'],
      ['https://example.com/i.png', 'missing'],
    ],
  ],
  restructuredtext: [
    [
      '.. image:: a.png',
      '',
      '.. figure:: b.png',
      '   :width: 20',
      '   :alt: a text',
      '',
      '   The caption.',
      '',
      '- item',
      '',
      '  .. image:: c\\ d.png',
      '     :alt:',
      '     :scale: 50',
      '',
      '.. |logo| image:: logo.svg',
      '',
      'Literally::',
      '',
      '   .. image:: no.png',
      '',
      '.. code-block:: rst',
      '',
      '   .. image:: no.png',
      '',
      '.. A comment',
      '   .. image:: no.png',
      '',
      '.. note::',
      '',
      '   .. image:: e.png',
      '      :alt: first',
      '         second',
      '',
    ].join('\n'),
    [
      ['a.png', 'missing'],
      ['b.png', 'given'],
      ['c d.png', 'missing'],
      ['logo.svg', 'missing'],
      ['e.png', 'given'],
    ],
  ],
};

describe('image links', () => {
  for (const [language, [text, found]] of Object.entries(documents)) {
    it(`of ${language} are found with what alt text they have; what stands in code and comments is none`, () => {
      const links = findImageLinks(text, language as MarkupLanguage);
      assert.deepEqual(
        links.map(({ address, alt }) => [address, alt]),
        found,
      );
      for (const link of links) assert.ok(link.from < link.to && link.to <= text.length);
      assert.deepEqual(
        findImageLinks(text.replaceAll('\n', '\r\n'), language as MarkupLanguage).map(({ address, alt }) => [
          address,
          alt,
        ]),
        found,
      );
    });
  }

  it('take no more than a moment where a text is long, and none where it is cut anywhere', () => {
    for (const [language, [text]] of Object.entries(documents)) {
      findImageLinks('![a](b.png) <img src="x" '.repeat(2000), language as MarkupLanguage);
      for (let end = 0; end < text.length; end += 7) {
        for (const { from, to } of findImageLinks(text.slice(0, end), language as MarkupLanguage)) {
          assert.ok(from < to && to <= end, language);
        }
      }
    }
  });
});
