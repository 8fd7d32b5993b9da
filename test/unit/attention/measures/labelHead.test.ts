import assert from 'node:assert/strict';
import { readReference } from '../../support/referenceAttention';
import type { LayerHeads } from '../../../../core/attention/attentionMatrix';
import { massEvidence } from '../../../../core/attention/measures/labelHead';
import { previousToken } from '../../../../core/attention/measures/previousToken';
import { summarizeHeads, type HeadSummary } from '../../../../core/attention/measures/summarizeHeads';
import { textFacts } from '../../../../core/attention/textFacts';
import { layerOf, looksAt, matrixOf, near, randomHead, tokensOf } from './support/heads';
import { gpt2Examples } from './support/recordings';

const labelOf = (summaries: HeadSummary[], layer: number, head: number) =>
  summaries.find(row => row.layer === layer && row.head === head)?.label?.id;

describe('summarizeHeads and labels', () => {
  describe('GPT-2 small', () => {
    const examples = gpt2Examples().map(example => ({
      ...example,
      summaries: summarizeHeads(example.layers, example.facts),
    }));

    it('has a row for each head', () => {
      for (const { summaries } of examples) assert.equal(summaries.length, 144);
    });

    it('head 4.11 puts all its weight on the previous token, and is labelled so', () => {
      for (const { summaries } of examples) {
        const head = summaries[4 * 12 + 11];
        assert.ok((head.masses.previous?.mass ?? 0) > 0.99);
        assert.equal(head.label?.name, 'previous token');
        assert.match(
          head.label?.evidence ?? '',
          /^1\.00 of a row lies on the token before, in [45] rows where it can; chance gives 0\.2\d\.$/,
        );
      }
    });

    it('in layers 5 to 10 about 0.8 of a row lies on the first token', () => {
      for (const { summaries } of examples) {
        const masses = summaries
          .filter(row => row.layer >= 5 && row.layer <= 10)
          .map(row => row.masses.first?.mass ?? 0);
        const mean = masses.reduce((a, b) => a + b, 0) / masses.length;
        assert.ok(mean > 0.75 && mean < 0.9, `${mean}`);
      }
    });

    it('heads 0.1 and 0.5 look at themselves', () => {
      for (const { summaries } of examples) {
        assert.deepEqual([labelOf(summaries, 0, 1), labelOf(summaries, 0, 5)], ['itself', 'itself']);
      }
    });

    it('labels nothing that one row alone speaks for', () => {
      const labels = examples.flatMap(({ summaries }) => summaries.map(row => row.label?.id));
      assert.deepEqual([...new Set(labels.filter(Boolean))].sort(), ['first', 'itself', 'previous']);
    });
  });

  describe('the built-in model', () => {
    const reference = readReference('tiny-code-gpt');
    const examples = reference.examples.map(example => {
      const {
        shape: [layers, heads, n],
        data,
      } = reference.tensor(example as unknown as { shape: number[]; offset: number });
      const pieces = (example['tokens'] as string[]).map((piece, i) =>
        i === 0 ? '⟨s⟩' : piece.replaceAll('Ġ', ' ').replaceAll('Ċ', '\n'),
      );
      const stack: LayerHeads[] = Array.from({ length: layers }, (_, layer) => ({
        layer,
        heads,
        queries: n,
        keys: n,
        causal: true,
        sameSequence: true,
        data: data.subarray(layer * heads * n * n, (layer + 1) * heads * n * n),
      }));
      return { stack, pieces };
    });

    /** The beginning of a causal layer: what it was when the text ended there. */
    function cut(layer: LayerHeads, n: number): LayerHeads {
      const data = new Float32Array(layer.heads * n * n);
      for (let row = 0; row < layer.heads * n; row++) {
        const from = (Math.floor(row / n) * layer.queries + (row % n)) * layer.keys;
        data.set(layer.data.subarray(from, from + n), row * n);
      }
      return { ...layer, queries: n, keys: n, data };
    }

    it('gets no label for content from the words of another text', () => {
      for (const { stack } of examples) {
        for (const { pieces, stack: own } of examples) {
          if (own === stack) continue;
          const n = Math.min(stack[0].keys, pieces.length);
          const { text, tokens } = tokensOf(...pieces.slice(0, n));
          const labels = summarizeHeads(
            stack.map(layer => cut(layer, n)),
            textFacts(text, tokens),
          ).map(row => row.label?.id);
          assert.deepEqual(
            labels.filter(id => id && !['previous', 'itself', 'first'].includes(id)),
            [],
          );
        }
      }
    });
  });

  describe('heads made for it', () => {
    const repeated = ['⟨s⟩', 'q', 'u', 'e', 'r', 'y', ' ', 'w', 'q', 'u', 'e', 'r', 'y', ' ', 'w'];
    const { text, tokens } = tokensOf(...repeated);
    const facts = textFacts(text, tokens);

    it('gives no label where distance alone explains it', () => {
      const first = [0, 0, 0, 0, 0, 0, 0, 0];
      const induction = looksAt([...first, 2, 3, 4, 5, 6, 7, 8]);
      const duplicate = looksAt([...first, 1, 2, 3, 4, 5, 6, 7]);
      // In a text repeated once every token lies as far from its repetition.
      assert.deepEqual(
        summarizeHeads([layerOf(0, induction, duplicate)], facts).map(row => row.label?.id),
        [undefined, undefined],
      );
    });

    it('labels induction and duplicate where the repetitions lie at different distances', () => {
      const pieces = ['⟨s⟩', ...'abcdefghi', ...'dbxfaycgzewhvuti'];
      const earlier = pieces.map((piece, i) => (pieces.indexOf(piece) < i ? pieces.indexOf(piece) : -1));
      const made = tokensOf(...pieces);
      const induction = looksAt(earlier.map(at => (at < 0 ? 0 : at + 1)));
      const duplicate = looksAt(earlier.map(at => Math.max(at, 0)));
      const [one, other] = summarizeHeads([layerOf(0, induction, duplicate)], textFacts(made.text, made.tokens));
      assert.equal(one.label?.id, 'induction');
      assert.equal(other.label?.id, 'duplicate');
      assert.match(
        one.label?.evidence ?? '',
        /^1\.00 of a row lies on what came after the same token before, in 9 rows where it can; chance gives 0\.\d\d, the head’s usual distances 0\.\d\d\.$/,
      );
    });

    it('gives a head for the previous token no other label, though it stays in its line and word', () => {
      const pieces = ['⟨s⟩', 'x', '\n', ...'abcdefgh', ' ', ...'ijklmnop', '\n', 'y', '\n', ...'qrstuvw'];
      const made = tokensOf(...pieces);
      const [row] = summarizeHeads(
        [layerOf(0, looksAt(pieces.map((_, i) => Math.max(i - 1, 0))))],
        textFacts(made.text, made.tokens),
      );
      assert.ok((row.masses.word?.mass ?? 0) > 0.9 && (row.masses.line?.mass ?? 0) > 0.9);
      assert.equal(row.label?.id, 'previous');
    });

    it('gives no label where one key takes it all, which happens to be a separator', () => {
      const pieces = ['⟨s⟩', 'a', ',', ...'bcdefghijkl', '.', 'm', 'n'];
      const made = tokensOf(...pieces);
      const [row] = summarizeHeads(
        [layerOf(0, looksAt(pieces.map((_, i) => (i > 2 ? 2 : 0))))],
        textFacts(made.text, made.tokens),
      );
      assert.ok((row.masses.separators?.mass ?? 0) > 0.9);
      assert.ok(near(row.masses.separators?.spread, 1));
      assert.equal(row.label, undefined);
    });

    it('gives no label to heads that look anywhere', () => {
      for (let seed = 1; seed < 20; seed++) {
        for (const causal of [true, false]) {
          const [row] = summarizeHeads([layerOf(0, randomHead(tokens.length, seed, causal, 1))], facts);
          assert.equal(row.label, undefined);
        }
      }
    });

    it('says what cannot be measured', () => {
      const [row] = summarizeHeads([layerOf(0, randomHead(tokens.length, 1))], facts);
      assert.equal(row.masses.pair, undefined);
      assert.equal(row.masses.next, undefined);
      assert.equal(massEvidence(previousToken, row.masses.next), 'Not measurable on this text.');
    });

    it('speaks of one row in the singular', () =>
      assert.equal(
        massEvidence(previousToken, { mass: 0.5, chance: 0.25, rows: 1, spread: 1 }),
        '0.50 of a row lies on the token before, in 1 row where it can; chance gives 0.25.',
      ));
  });

  it('takes layers one at a time, and cross-attention', () => {
    const [spread, alone] = [
      ['0.5 0.25 0.25', '0.2 0.4 0.4'],
      ['0 1 0', '0 0 1'],
    ].map(rows => rows.map(row => row.split(' ').map(Number)));
    function* layers() {
      yield layerOf(0, matrixOf(spread, false, false));
      yield layerOf(1, matrixOf(alone, false, false));
    }
    const { text, tokens } = tokensOf('a', 'b', '.');
    const rows = summarizeHeads(layers(), textFacts(text, tokens));
    assert.deepEqual(
      rows.map(row => [row.layer, row.head, row.distance]),
      [
        [0, 0, undefined],
        [1, 0, undefined],
      ],
    );
    assert.ok(near(rows[0].masses.first?.mass, 0.35));
    assert.equal(rows[1].entropy, 0);
  });

  it('refuses numbers that do not fit', () => {
    const { text, tokens } = tokensOf('a', 'b');
    const layer = layerOf(0, looksAt([0, 0]));
    assert.throws(
      () => summarizeHeads([{ ...layer, data: layer.data.subarray(1) }], textFacts(text, tokens)),
      /does not hold 3 numbers/,
    );
    assert.throws(
      () => summarizeHeads([{ ...layer, queries: 1, data: layer.data.subarray(2) }], textFacts(text, tokens)),
      /1 queries and 2 keys/,
    );
  });
});
