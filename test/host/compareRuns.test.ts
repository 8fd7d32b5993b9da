import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { InferenceRequest } from '../../core/protocol/inferenceProtocol';
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
    const { queries, matches } = await client.request(InferenceRequest.matchRuns, { one: runReference(one), other: runReference(other), kind: 'self' });
    const only = (side: 'one' | 'other') => queries.filter(place => place[side] === undefined).length;
    assert.deepEqual([only('one'), only('other'), matches.pairs.length], [1, 1, 24]);
    await vscode.commands.executeCommand('headlight.deleteRun', other);
    assert.deepEqual([panels.shown, panels.other], [one, undefined]);
    assert.ok(!history.all.includes(other));
  });

  it('comes back after the window was reloaded: both texts are run again', async () => {
    const { panels } = await (await headlight()).exports.services();
    const source = (text: string) => ({ uri: 'untitled:Untitled-9', start: 0, text, title: 'Untitled-9, line 1' });
    const view = vscode.window.createWebviewPanel(attentionViewType, 'Attention', vscode.ViewColumn.Beside);
    await panels.restore(view, {
      restore: { ...source('let a = 1;'), model: 'tiny-code-gpt', dtype: 'q8', partner: { ...source('a = 1'), model: 'tiny-code-classifier', dtype: 'q8' } },
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
