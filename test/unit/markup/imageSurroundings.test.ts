import assert from 'node:assert/strict';
import { findImageLinks } from '../../../core/markup/findImageLinks';
import type { MarkupLanguage } from '../../../core/markup/imageLink';
import { imageSurroundings } from '../../../core/markup/imageSurroundings';

/** What stands around the only image, or that of a number. */
function around(text: string, language: MarkupLanguage, number = 0) {
  return imageSurroundings(text, language, findImageLinks(text, language)[number]);
}

describe('what stands around an image', () => {
  it('in Markdown: the heading above, and the sentence that it stands in', () => {
    const text = `# Report\n\n## Sales *by quarter*\n\nWe sold more. See ![](a.png) for the **numbers**. Costs fell.\n\n## Next\n`;
    assert.deepEqual(around(text, 'markdown'), {
      heading: 'Sales by quarter',
      sentence: 'See for the numbers.',
    });
  });

  it('of an image by itself: the last sentence before it, else the first one behind it', () => {
    const alone = 'Results\n=======\n\nFirst. The chart shows [sales](x.md).\n\n![](a.png)\n\nCosts fell. More.\n';
    assert.deepEqual(around(alone, 'markdown'), { heading: 'Results', sentence: 'The chart shows sales.' });
    const first = '# Results\n\n![](a.png)\n\n*Figure 1.* Costs fell. More.\n\n# Else\n\nText.';
    assert.equal(around(first, 'markdown').sentence, 'Figure 1.');
    assert.deepEqual(around('![](a.png)\n', 'markdown'), {});
  });

  it('stays in its section, and is cut where a sentence is long', () => {
    const text = `Before the heading.\n\n# Results\n\n![](a.png)\n\n# Next\n\nAfter it.\n`;
    assert.deepEqual(around(text, 'markdown'), { heading: 'Results' });
    const long = `${'word '.repeat(100)}![](a.png)`;
    const { sentence } = around(long, 'markdown');
    assert.ok(sentence!.length <= 241 && sentence!.endsWith('…'), sentence);
  });

  it('is cut in a language without spaces, as a long heading is', () => {
    const { heading, sentence } = around(`# ${'題'.repeat(400)}\n\n${'文'.repeat(400)}\n\n![](a.png)\n`, 'markdown');
    assert.deepEqual([heading, sentence], [`${'題'.repeat(240)}…`, `${'文'.repeat(240)}…`]);
  });

  it('in HTML: headings and paragraphs are tags', () => {
    const text =
      '<h1>Shop</h1><p>Welcome to &amp; fro.</p><h2 class="x">Sales <em>2024</em></h2><p>It rose. <b>Look:</b></p><figure><img src="a.png"></figure><p>After.</p>';
    assert.deepEqual(around(text, 'html'), { heading: 'Sales 2024', sentence: 'It rose. Look:'.split('. ')[1] });
  });

  it('in AsciiDoc and reStructuredText', () => {
    assert.deepEqual(
      around('= Title\n\n== Sales\n\nIt rose. The link:x[chart] shows it.\n\nimage::a.png[]\n', 'asciidoc'),
      {
        heading: 'Sales',
        sentence: 'The chart shows it.',
      },
    );
    assert.deepEqual(
      around('Sales\n=====\n\nIt rose. ``X`` is up.\n\n.. image:: a.png\n   :width: 3\n\nBye.\n', 'restructuredtext'),
      {
        heading: 'Sales',
        sentence: 'X is up.',
      },
    );
  });
});
