import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as esbuild from 'esbuild';
import type { Linter as EslintLinter } from 'eslint';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { weightsOfLayers } from '../../../core/export/layerWeights';
import { decodeMatrix } from '../../../core/export/page/decodeMatrix';
import type { PageData } from '../../../core/export/page/pageData';
import { standaloneHtml } from '../../../core/export/standaloneHtml';
import { largestDifference } from '../support/referenceAttention';
import { oddRun, referenceRun, type RunWithLayers } from './exportedRuns';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

const load = createRequire(path.resolve('package.json'));

function all(node: Node): Element[] {
  const children = 'childNodes' in node ? node.childNodes.flatMap(all) : [];
  return 'tagName' in node ? [node, ...children] : children;
}

const attribute = (element: Element, name: string) => element.attrs.find(attr => attr.name === name)?.value;
const text = (element: Element | undefined): string =>
  element?.childNodes.map(node => ('value' in node ? node.value : '')).join('') ?? '';

function open(html: string) {
  const errors: string[] = [];
  const elements = all(parse(html, { onParseError: ({ code }) => errors.push(code) }));
  const byId = (id: string) => elements.find(element => attribute(element, 'id') === id);
  const bytes = Buffer.from(text(byId('weights')), 'base64');
  return {
    errors,
    elements,
    data: JSON.parse(text(byId('run'))) as PageData,
    halves: new Uint16Array(new Uint8Array(bytes).buffer),
    script: text(elements.find(({ tagName, attrs }) => tagName === 'script' && attrs.length === 0)),
    style: text(elements.find(({ tagName }) => tagName === 'style')),
    policy:
      attribute(elements.find(element => attribute(element, 'http-equiv') !== undefined) as Element, 'content') ?? '',
  };
}

const write = ({ run, layers }: RunWithLayers, title = 'sample.py') => standaloneHtml(run, layers, { title });

describe('standaloneHtml', () => {
  it('holds every weight, off by less than it says', async () => {
    for (const given of [referenceRun(), oddRun()]) {
      const { data, halves } = open(await write(given));
      let i = 0;
      for (const { layer, heads, queries, keys, data: weights } of given.layers) {
        for (let head = 0; head < heads.length; head++) {
          const matrix = data.matrices[i++];
          assert.deepEqual([matrix.layer, matrix.rows, matrix.columns], [layer, queries, keys]);
          const size = queries * keys;
          assert.ok(
            largestDifference(decodeMatrix(halves, matrix), weights.slice(head * size, (head + 1) * size)) <= 0.0005,
          );
        }
      }
      assert.equal(i, data.matrices.length);
    }
  });

  it('is a document without errors, that nothing in a token can leave', async () => {
    const given = oddRun();
    const plain = open(await write(referenceRun()));
    const title = '</title><script>alert(1)</script><!--';
    const odd = open(await write(given, title));
    assert.deepEqual([plain.errors, odd.errors], [[], []]);
    assert.equal(odd.elements.filter(({ tagName }) => tagName === 'script').length, 3);
    assert.equal(odd.elements.length, plain.elements.length + 1, 'only the sentence on what was cut is more');
    assert.equal(text(odd.elements.find(({ tagName }) => tagName === 'h1')), title);
    assert.equal(odd.data.sequences.input?.labels[0], '</script><b>&amp;');
    assert.deepEqual(odd.data.sequences.output?.labels, ['a', '·b']);
  });

  it('lets nothing load, and nothing run but its own script', async () => {
    const { policy, script, style, elements } = open(await write(referenceRun()));
    const hash = (content: string) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
    assert.equal(
      policy,
      `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; base-uri 'none'; form-action 'none'`,
    );
    assert.ok(
      elements.every(({ attrs }) =>
        attrs.every(({ name }) => !['src', 'href', 'style'].includes(name) && !name.startsWith('on')),
      ),
    );
    assert.doesNotMatch(script + style, /https?:|url\(|@import|innerHTML/);
  });

  it('brings all that its script names, minified or not', async () => {
    const { buildSync } = load('esbuild') as typeof esbuild;
    const { Linter } = load('eslint') as { Linter: typeof EslintLinter };
    const known = ['document', 'getComputedStyle', 'devicePixelRatio', 'matchMedia', 'addEventListener', 'atob'];
    const { run, layers } = referenceRun();
    for (const minify of [false, true]) {
      const [{ text: code }] = buildSync({
        entryPoints: ['core/export/standaloneHtml.ts'],
        bundle: true,
        minify,
        write: false,
        format: 'cjs',
        target: 'es2022',
      }).outputFiles;
      const module = { exports: {} as { standaloneHtml: typeof standaloneHtml } };
      // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
      new Function('module', 'exports', code)(module, module.exports);
      const { script } = open(await module.exports.standaloneHtml(run, layers, { title: '' }));
      const found = new Linter().verify(script, [
        {
          languageOptions: { sourceType: 'script', globals: Object.fromEntries(known.map(name => [name, false])) },
          rules: { 'no-undef': 'error' },
        },
      ]);
      assert.deepEqual(
        found.map(({ message }) => message),
        [],
      );
    }
  }).timeout(30_000);

  it('takes about a megabyte for 24 heads at 128 tokens, half of it where attention is causal', async () => {
    const n = 128;
    const { run } = referenceRun();
    const tokens = Array.from({ length: n }, (_, i) => ({
      id: i,
      text: ' tok',
      start: i * 4,
      end: i * 4 + 4,
      special: false,
    }));
    for (const [causal, most] of [
      [true, 600_000],
      [false, 1_100_000],
    ] as const) {
      const data = Float32Array.from({ length: 24 * n * n }, (_, i) =>
        causal && i % n > Math.floor(i / n) % n ? 0 : (((i * 7919) % 1009) + 1) / 1009,
      );
      const html = await write({
        run: { ...run, text: ' tok'.repeat(n), tokens, groups: [{ ...run.groups[0], causal }] },
        layers: weightsOfLayers('self', { shape: [4, 6, n, n], data }),
      });
      assert.ok(html.length < most, `${html.length} characters`);
      const {
        halves,
        data: { matrices },
      } = open(html);
      assert.ok(largestDifference(decodeMatrix(halves, matrices[23]), data.slice(-n * n)) <= 0.0005);
    }
  }).timeout(10_000);

  it('keeps weights ahead of a query, should a causal model have some', async () => {
    const { run, layers } = referenceRun();
    const data = layers[0].data.slice();
    data[5] = 0.25;
    const {
      data: {
        matrices: [matrix],
      },
      halves,
    } = open(await write({ run, layers: [{ ...layers[0], data }] }));
    assert.deepEqual([matrix.causal, matrix.packed], [false, false]);
    assert.equal(decodeMatrix(halves, matrix)[5], 0.25);
  });

  it('refuses to be empty', async () => {
    await assert.rejects(write({ run: referenceRun().run, layers: [] }), RangeError);
  });
});
