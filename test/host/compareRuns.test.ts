import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AlignedPlace } from '../../core/attention/compare/alignSequences';
import { toProcess } from '../../core/protocol/askType';
import { RunRequest } from '../../core/protocol/runProtocol';
import { attentionViewType } from '../../extension/panels/attentionViewType';
import { runReference } from '../../extension/runs/explainRun';
import { everything, explain, headlight, untitled } from './support/headlight';

/** Two runs held against each other. */
describe('Compare Runs', () => {
  it('holds two selected runs against each other, the older one first, and lets go where one is deleted', async () => {
    const { panels, client, history } = await (await headlight()).exports.services();
    const one = await explainText('let total = price * count;');
    const other = await explainText('let total = price + count;');
    await vscode.commands.executeCommand('headlight.compareRuns', other, [other, one]);
    assert.deepEqual([panels.shown, panels.other], [one, other]);
    const { queries, matches } = await client.request(toProcess(RunRequest.match), {
      of: { ...runReference(one), partner: runReference(other) },
      wish: { kind: 'self' },
    });
    const only = (side: 'one' | 'other') => queries.filter(place => place[side] === undefined).length;
    assert.deepEqual([only('one'), only('other'), matches.pairs.length], [1, 1, 24]);
    // Two of their heads on common axes, as each run has them.
    const address = { kind: 'self', layer: 2, head: 1 } as const;
    const n = queries.length;
    const region = { firstQuery: 0, queries: n, firstKey: 0, keys: n, factor: 1 };
    const { data, compared } = await client.request(toProcess(RunRequest.compared), {
      of: { ...runReference(one), partner: runReference(other) },
      wish: { one: address, other: address, ofPartner: true, region, distances: true },
    });
    for (const [i, side] of (['one', 'other'] as const).entries()) {
      const {
        shape: [, , , keys],
        data: weights,
      } = await client.request(toProcess(RunRequest.head), {
        of: runReference(i === 0 ? one : other),
        wish: { address },
      });
      const at = (query: AlignedPlace, key: AlignedPlace) =>
        query[side] === undefined || key[side] === undefined ? 0 : weights[query[side] * keys + key[side]];
      assert.deepEqual(
        i === 0 ? data : compared?.other,
        Float32Array.from({ length: n * n }, (_, cell) => at(queries[Math.floor(cell / n)], queries[cell % n])),
      );
    }
    assert.ok(compared?.distances && compared.distances.jensenShannon! > 0);
    await vscode.commands.executeCommand('headlight.deleteRun', other);
    assert.deepEqual([panels.shown, panels.other], [one, undefined]);
    assert.ok(!history.all.includes(other));
  });

  it('comes back after the window was reloaded: both texts are run again', async () => {
    const { panels } = await (await headlight()).exports.services();
    const source = (text: string) => ({ uri: 'untitled:Untitled-9', start: 0, text, title: 'Untitled-9, line 1' });
    const view = vscode.window.createWebviewPanel(attentionViewType, 'Attention', vscode.ViewColumn.Beside);
    await panels.restore(view, {
      restore: {
        ...source('let a = 1;'),
        model: 'tiny-code-gpt',
        dtype: 'fp16',
        partner: { ...source('a = 1'), model: 'tiny-code-classifier', dtype: 'fp16' },
      },
      selection: { view: 'compare', compare: { pairing: 'same', zoom: { left: 0, top: 0, side: 0.5 } } },
    });
    assert.equal(panels.shown?.source.text, 'let a = 1;');
    assert.equal(panels.other?.source.text, 'a = 1');
    assert.equal(panels.other?.model.id, 'tiny-code-classifier');
    view.dispose();
  });

  async function explainText(text: string) {
    const document = await untitled(text);
    const run = await explain(document, everything(document));
    assert.ok(run);
    return run;
  }
});
