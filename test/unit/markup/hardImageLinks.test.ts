import assert from 'node:assert/strict';
import { findImageLinks } from '../../../core/markup/findImageLinks';
import type { MarkupLanguage } from '../../../core/markup/imageLink';

/** What is written, what is found of it (address and alt), and, where it is not plain, what describing the first as “x” makes of it. */
type Case = readonly [text: string, found: readonly (readonly [address: string, alt: string])[], described?: string];

const missing = (...addresses: string[]) => addresses.map(address => [address, 'missing'] as const);

const cases: Readonly<Record<MarkupLanguage, readonly Case[]>> = {
  markdown: [
    // A space ends an address, but for angle brackets.
    ['![](a b.png)', []],
    [
      '![](<a b.png>) ![](a%20b.png) ![](../up/a.png) ![](/root/a.png) ![](a.png?raw=true) ![](a.png#x)',
      missing('a b.png', 'a%20b.png', '../up/a.png', '/root/a.png', 'a.png?raw=true', 'a.png#x'),
    ],
    [
      '![](a(1).png) ![](a\\_b.png) ![](a&amp;b.png) ![]( c.png "t)t" )',
      missing('a(1).png', 'a_b.png', 'a&b.png', 'c.png'),
    ],
    ['![\n](a.png)', missing('a.png'), '![x](a.png)'],
    ['> ![](q.png)\n> - ![](r.png)', missing('q.png', 'r.png'), '> ![x](q.png)\n> - ![](r.png)'],
    ['![][REF two]\n\n[ref  TWO]: <a b.png>', missing('a b.png'), '![x][REF two]\n\n[ref  TWO]: <a b.png>'],
    ['![Ref][]\n\n[ref]: a.png', [['a.png', 'given']]],
    ['![][nowhere]', []],
    // Pandoc and Quarto: brackets hold the caption of a figure, an attribute its alt text.
    ['![](img/icon.png){fig-alt="A red disc"}', [['img/icon.png', 'given']], '![](img/icon.png){fig-alt="x"}'],
    [
      '![A caption](a.png){#fig-a alt=disc width=50%}',
      [['a.png', 'given']],
      '![A caption](a.png){#fig-a fig-alt="x" width=50%}',
    ],
    ['![A caption](a.png){#fig-a fig-alt=""}', [['a.png', 'decorative']], '![A caption](a.png){#fig-a fig-alt="x"}'],
    ['![](a.png){#fig-a width=50%} b', missing('a.png'), '![](a.png){#fig-a width=50% fig-alt="x"} b'],
    [
      '![](a.png){} ![](b.png){title="fig-alt=\\"x}"}',
      missing('a.png', 'b.png'),
      '![](a.png){fig-alt="x"} ![](b.png){title="fig-alt=\\"x}"}',
    ],
    ['![A caption](a.png){width=50%}', [['a.png', 'given']], '![x](a.png){width=50%}'],
    // kramdown's attributes, a brace that is none, and one that never ends.
    [
      '![](a.png){: width="50%"} ![](b.png) {x} ![](c.png){x',
      missing('a.png', 'b.png', 'c.png'),
      '![x](a.png){: width="50%"} ![](b.png) {x} ![](c.png){x',
    ],
    [
      '<input type="image" src="a.png"> <input type="text" src="b.png">',
      missing('a.png'),
      '<input type="image" src="a.png" alt="x"> <input type="text" src="b.png">',
    ],
    [
      '<picture>\n  <source srcset="x.webp">\n  <img\n    src="a.png"\n    width="2"\n  >\n</picture>',
      missing('a.png'),
      '<picture>\n  <source srcset="x.webp">\n  <img\n    src="a.png" alt="x"\n    width="2"\n  >\n</picture>',
    ],
    [
      '<img\n  src="a.png"\n  title="a\n  b"\n  alt=""\n>',
      [['a.png', 'decorative']],
      '<img\n  src="a.png"\n  title="a\n  b"\n  alt="x"\n>',
    ],
    [
      '![](data:image/png;base64,AAAA) ![](https://example.org/a.png)',
      missing('data:image/png;base64,AAAA', 'https://example.org/a.png'),
    ],
  ],
  mdx: [
    ['<div>\n  ![](a.png)\n</div>', missing('a.png'), '<div>\n  ![x](a.png)\n</div>'],
    ['Don\'t <img src="a.png" /> and don\'t', missing('a.png')],
    ["It's a \"quote\n\n<img src='a.png'/>", missing('a.png')],
    ['{/* <img src="no.png"/> ![](no.png) */}\n\n<img src="a.png"/>', missing('a.png')],
    ['Text {`<img src="no.png"/> ![](no.png)`} \\{ ![](y.png) \\}', missing('y.png')],
    [
      'export const text = "![](no.png) <img src=\'no.png\'>";\nexport const view = <img src="a.png" />;\n\n![](b.png)',
      missing('a.png', 'b.png'),
    ],
    [
      '`{` and ``a ` {`` ![](a.png)\n\n```js\nfunction f() {\n```\n\n~~~\n{\n~~~\n\n![](b.png) <img src="c.png"/>',
      missing('a.png', 'b.png', 'c.png'),
    ],
    [
      '{/* don\'t { */} ![](a.png)\n\n{a && <p>don\'t</p>} <img src="b.png"/> { ![](c.png)',
      missing('a.png', 'b.png', 'c.png'),
    ],
    [
      '<Tabs>{items.map(i => <img key={i} src="a.png" />)}</Tabs>\n\n`<img src="no.png">`\n\n```\n{<img src="no.png"/>}\n```',
      missing('a.png'),
    ],
  ],
  html: [
    ['<p title="<img src=no.png>"><img src="y.png"></p>', missing('y.png')],
    [
      '<img\n  class="a"\n  src="a.png"\n  data-x="a>b"\n>',
      missing('a.png'),
      '<img\n  class="a"\n  src="a.png" alt="x"\n  data-x="a>b"\n>',
    ],
    [
      '<img src="caf&eacute;&#32;b.png"><img src="a.png?x=1&amp;y=2"><IMG SRC=A.PNG>',
      missing('café b.png', 'a.png?x=1&y=2', 'A.PNG'),
    ],
    [
      '<img src="{{ url }}"><img src="<?php echo $x ?>"><img src="<%= x %>"><img src=""><img src><img data-src="a.png">',
      [],
    ],
    [
      '<img src="a.png" aria-label="a lamp"><img src="b.png" aria-labelledby="c"><img src="c.png" aria-label="">',
      [
        ['a.png', 'given'],
        ['b.png', 'given'],
        ['c.png', 'missing'],
      ],
    ],
    [
      '<style>a::before { content: "<img src=no.png>" }</style><noscript><img src="a.png"></noscript>',
      missing('a.png'),
    ],
  ],
  jsx: [
    [
      '<img\n  src="a.png"\n  style={{ width: 2 }}\n  onClick={() => { x("}") }}\n/>',
      missing('a.png'),
      '<img\n  src="a.png" alt="x"\n  style={{ width: 2 }}\n  onClick={() => { x("}") }}\n/>',
    ],
    ['<p>Don\'t</p><img src="y.png" /><p>won\'t</p>', missing('y.png')],
    ['<p>a "quote</p><img src="y.png" />', missing('y.png')],
    ['<p>"<img src="y.png" />"</p>', missing('y.png')],
    ['const quotes = /["\']/; const tag = /<img src="no.png">/g; x = <img src="y.png" />', missing('y.png')],
    [
      'const html = "<img src=\'no.png\'>", other = a ? \'<img src="no.png">\' : `<img src="no.png">`; f(\'<img src="no.png">\'); return "<img src=no.png>";',
      [],
    ],
    [
      'import * as a from "./a.png"; import { default as b } from "./b.png"; import c, { d } from "./c.png"; const e = new URL("./e.png", import.meta.url).href; <><img src={a} /><img src={b} /><img src={c} /><img src={e} /></>',
      missing('./a.png', './b.png', './c.png', './e.png'),
    ],
    [
      '<><img src={new URL("./a.png", import.meta.url).href} /><img src={cond ? "a.png" : "b.png"} /><img src={`${a}.png`} /></>',
      missing('./a.png'),
    ],
    [
      'if (a < b && c > d) {}; const f = <T,>(x: T) => x; type A = Array<Image>; <img src={"a b.png"} />',
      missing('a b.png'),
    ],
    ['<img src="a.png" // alt="no"\n  /* c */ alt="x" />', [['a.png', 'given']]],
    [
      '<><img src="a.png" {/* don\'t } */...p} /><img src="b.png" /></>',
      [
        ['a.png', 'given'],
        ['b.png', 'missing'],
      ],
    ],
    ['<img alt={""} src="a.png" />', [['a.png', 'decorative']], '<img alt="x" src="a.png" />'],
  ],
  vue: [
    [
      '<template>\n  <img\n    :src="a"\n  />\n</template>\n<script setup>\nimport a from "./a.png"\n</script>',
      missing('./a.png'),
    ],
    [
      '<template><p>{{ "<img src=no.png>" }}</p><img :src="new URL(\'./d.png\', import.meta.url)"><NuxtImg src="/e.png"/></template>',
      missing('./d.png', '/e.png'),
    ],
  ],
  svelte: [
    ['{@html `<img src="no.png">`}<img src="y.png">', missing('y.png')],
    [
      '{#if a === "it\'s"}<img src="a.png" on:click={() => b > 1 ? "}" : 1}/>{/if}<enhanced:img src="./b.png"/>',
      missing('a.png', './b.png'),
    ],
    ['{a {<img src="y.png">', missing('y.png')],
    ['<img src="{a}"/><img src="/img/{name}.png"/><img {src}/>', []],
  ],
  asciidoc: [
    ['image::a b.png[]\n\nimage::../x/a.png[width="20%", align=center]', missing('a b.png', '../x/a.png')],
    [
      ':dir: img\n:imagesdir: {dir}/big\n\nimage::a.png[]\n\nimage:/{dir}/b.png[] image:{other}.png[]',
      missing('img/big/a.png', '/img/b.png', 'img/big/{other}.png'),
    ],
    [
      '[alt=Hello]\nimage::a.png[]\n\nimage::b.png[]',
      [
        ['a.png', 'given'],
        ['b.png', 'missing'],
      ],
    ],
    ['+image:no.png[]+ pass:[image:no.png[]] +++image:no.png[]+++ 1 + image:y.png[] + 2', missing('y.png')],
    ['Text\n\n image::no.png[]\n\n  * item image:y.png[]\n', missing('y.png')],
    ['image::a.png["", 20]', missing('a.png'), 'image::a.png[x, 20]'],
  ],
  restructuredtext: [
    ['.. image:: a\\ b.png\n.. image:: c d.png', missing('a b.png', 'cd.png')],
    [
      '.. image:: a/\n   b.png\n   :width: 2\n',
      missing('a/b.png'),
      '.. image:: a/\n   b.png\n   :alt: x\n   :width: 2\n',
    ],
    ['.. IMAGE::\n   a.png\n', missing('a.png'), '.. IMAGE::\n   a.png\n   :alt: x\n'],
    ['.. image::\n\n.. image:: b.png', missing('b.png')],
    ['- .. image:: a.png\n- text\n', missing('a.png'), '- .. image:: a.png\n     :alt: x\n- text\n'],
    [
      '.. list-table::\n\n   * - .. image:: a.png\n     - .. figure:: b.png\n          :alt: b\n',
      [
        ['a.png', 'missing'],
        ['b.png', 'given'],
      ],
      '.. list-table::\n\n   * - .. image:: a.png\n          :alt: x\n     - .. figure:: b.png\n          :alt: b\n',
    ],
    ['.. image:: a.png\n\t:width: 2', missing('a.png'), '.. image:: a.png\n\t:alt: x\n\t:width: 2'],
    ['.. figure:: a.png\n   :alt:\n      long\n      text', [['a.png', 'given']], '.. figure:: a.png\n   :alt: x'],
  ],
};

describe('hard image links', () => {
  for (const [language, list] of Object.entries(cases)) {
    for (const [text, found, described] of list) {
      it(`${language}: ${JSON.stringify(text).slice(0, 100)}`, () => {
        const links = findImageLinks(text, language as MarkupLanguage);
        assert.deepEqual(
          links.map(({ address, alt }) => [address, alt]),
          found,
        );
        if (described === undefined) return;
        const { from, to, text: put } = links[0].describe!('x');
        assert.equal(text.slice(0, from) + put + text.slice(to), described);
      });
    }
  }
});
