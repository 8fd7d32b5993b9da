import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Explanation } from '../../core/run/explanation';
import { toProcess } from '../../core/protocol/askType';
import { RunRequest } from '../../core/protocol/runProtocol';
import { runReference } from '../../extension/runs/explainRun';
import { everything, explain, headlight, untitled, workspaceFile } from './support/headlight';

/** Fails where the tokens of a text overlap, leave a character out, or cut one in two. */
function assertCovers({ text, tokens }: Explanation): void {
  let end = 0;
  for (const token of tokens.filter(t => !t.special)) {
    assert.ok(token.start <= end && token.end >= end, `“${token.text}” is at ${token.start}–${token.end} after ${end}`);
    assert.ok(!/[\uDC00-\uDFFF]/.test(text[token.start] ?? ''), `“${token.text}” begins within a character`);
    assert.ok(!/[\uDC00-\uDFFF]/.test(text[token.end] ?? ''), `“${token.text}” ends within a character`);
    end = token.end;
  }
  assert.equal(end, text.length);
}

describe('Explain Attention', () => {
  it('explains a selection: its tokens, every head, and what comes next', async () => {
    const document = await vscode.workspace.openTextDocument(workspaceFile('src/shoppingList.ts'));
    const run = await explain(document, new vscode.Selection(4, 0, 10, 3));
    assert.ok(run);
    const { explanation, source } = run;
    assert.equal(explanation.text, document.getText(new vscode.Range(4, 0, 10, 3)));
    assert.equal(source.title, 'shoppingList.ts, lines 5–11');
    assertCovers(explanation);
    assert.deepEqual(
      explanation.groups.map(({ kind, layers }) => [kind, layers.length, layers[0].heads]),
      [['self', 4, 6]],
    );
    assert.equal(explanation.predictions.length, explanation.tokens.length);
    assert.equal(explanation.predictions[0].length, 5);
  });

  it('gives attention whose rows sum to one and never look ahead', async () => {
    const { client } = await (await headlight()).exports.services();
    const document = await untitled('for (const item of items) {\n\tconsole.log(item);\n}', 'typescript');
    const run = await explain(document, everything(document));
    assert.ok(run);
    const { shape, data } = await client.request(toProcess(RunRequest.attention), {
      of: runReference(run),
      wish: { kind: 'self' },
    });
    const length = run.explanation.tokens.length;
    assert.deepEqual(shape, [4, 6, length, length]);
    assert.ok(data instanceof Float32Array);
    for (let row = 0; row < data.length / length; row++) {
      const weights = data.subarray(row * length, (row + 1) * length);
      assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-5, `row ${row}`);
      assert.ok(
        weights.subarray((row % length) + 1).every(weight => weight === 0),
        `row ${row} looks ahead`,
      );
    }
  });

  for (const file of ['unicode.txt', 'windows.txt', 'README.md', 'analysis/prices.py']) {
    it(`maps the tokens of ${file} back to it`, async () => {
      const document = await vscode.workspace.openTextDocument(workspaceFile(file));
      const run = await explain(document, everything(document));
      assert.ok(run);
      const { explanation, source } = run;
      if (!explanation.cut) assert.equal(explanation.text, document.getText());
      assertCovers(explanation);
      for (const token of explanation.tokens) {
        if (token.special || token.part) continue;
        const range = new vscode.Range(
          document.positionAt(source.start + token.start),
          document.positionAt(source.start + token.end),
        );
        // VS Code knows no place between CR and LF: there, CR is nothing and LF is both.
        const text = explanation.text.slice(token.start, token.end);
        const expected =
          text === '\r' ? '' : text === '\n' && explanation.text[token.start - 1] === '\r' ? '\r\n' : text;
        assert.equal(document.getText(range), expected);
        // A range that VS Code moves to whole characters would show that the token had cut one.
        assert.deepEqual(document.validateRange(range), range);
      }
    });
  }

  it('takes the line of the caret where nothing is selected', async () => {
    const document = await vscode.workspace.openTextDocument(workspaceFile('src/pantry.ts'));
    const run = await explain(document, new vscode.Selection(9, 4, 9, 4));
    assert.equal(run?.explanation.text, document.lineAt(9).text);
  });

  it('runs nothing in an empty line', async () => {
    const document = await vscode.workspace.openTextDocument(workspaceFile('src/shoppingList.ts'));
    assert.equal(await explain(document, new vscode.Selection(1, 0, 1, 0)), undefined);
  });

  it('takes the first of several selections and says so', async () => {
    const document = await vscode.workspace.openTextDocument(workspaceFile('src/main.ts'));
    const [first, ...others] = [
      new vscode.Selection(0, 0, 0, 20),
      new vscode.Selection(2, 0, 2, 10),
      new vscode.Selection(2, 10, 2, 15),
    ];
    const run = await explain(document, first, ...others);
    assert.equal(run?.explanation.text, document.lineAt(0).text.slice(0, 20));
    assert.match(run?.source.notice ?? '', /first of 3 selections is explained; select two to explain them as a pair/);
  });

  it('takes two selections for a pair, and the first alone where the model reads one text, which it says', async () => {
    const document = await vscode.workspace.openTextDocument(workspaceFile('src/main.ts'));
    const run = await explain(document, new vscode.Selection(0, 0, 0, 20), new vscode.Selection(2, 0, 2, 10));
    assert.equal(run?.explanation.text, document.lineAt(0).text.slice(0, 20));
    assert.match(run?.explanation.notes?.join(' ') ?? '', /tiny-code-gpt reads one text at a time \(it is causal\)/);
  });

  it('works in a document that cannot be edited', async () => {
    const provider = vscode.workspace.registerTextDocumentContentProvider('headlight-test', {
      provideTextDocumentContent: () => 'print("read-only")\n',
    });
    try {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('headlight-test:read-only.py'));
      const run = await explain(document, new vscode.Selection(0, 0, 0, 18));
      assert.equal(run?.explanation.text, 'print("read-only")');
    } finally {
      provider.dispose();
    }
  });

  it('puts a second panel beside the first on request, and brings one back with its own model', async () => {
    const panels = () =>
      vscode.window.tabGroups.all
        .flatMap(group => group.tabs)
        .filter(
          ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('headlight.attention'),
        );
    const document = await untitled('const first = 1;', 'typescript');
    await explain(document, everything(document));
    const before = panels().length;
    assert.ok(before > 0);
    await explain(document, everything(document));
    assert.equal(panels().length, before);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('headlight.explainAttentionInNewPanel');
    await until(() => panels().length === before + 1 || undefined);
    const api = (await headlight()).exports;
    const view = vscode.window.createWebviewPanel('headlight.attention', 'Attention', vscode.ViewColumn.Beside, {});
    const restore = {
      uri: document.uri.toString(),
      start: 0,
      text: document.getText(),
      title: 'kept',
      model: 'tiny-code-classifier',
    };
    await (await api.services()).panels.restore(view, { restore });
    assert.deepEqual([api.history.all[0].source.title, api.history.all[0].model.id], ['kept', 'tiny-code-classifier']);
    view.dispose();
  });

  it('works in a cell of a notebook', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(workspaceFile('analysis/prices.ipynb'));
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
    await vscode.commands.executeCommand('notebook.cell.edit');
    const cell = notebook.cellAt(1).document;
    const editor = await until(() =>
      vscode.window.activeTextEditor?.document === cell ? vscode.window.activeTextEditor : undefined,
    );
    editor.selection = everything(cell);
    const { history } = (await headlight()).exports;
    await vscode.commands.executeCommand('headlight.explainAttention');
    assert.equal(history.all[0].explanation.text, cell.getText());
    assert.match(history.all[0].source.title, /prices\.ipynb, cell 2/);
  });

  it('keeps to the context and says how much it left out of 100 KB', async () => {
    const document = await untitled(
      'const total = items.map(item => item.price * item.amount);\n'.repeat(1700),
      'typescript',
    );
    const run = await explain(document, everything(document));
    assert.ok(run?.explanation.cut);
    const { tokens, cut, text } = run.explanation;
    assert.equal(tokens.length, 512);
    assert.ok(cut.tokensLeftOut > 10_000);
    assert.equal(document.getText().slice(0, text.length), text);
    assertCovers(run.explanation);
  });

  it('refuses control characters without a run', async () => {
    const document = await untitled('\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007');
    assert.equal(await explain(document, everything(document)), undefined);
  });

  it('survives lone surrogates', async () => {
    const document = await untitled('before \uD83D after \uDE00 end');
    const run = await explain(document, everything(document));
    if (run) assert.ok(run.explanation.tokens.length > 0);
  });
});

/** Waits until there is a value, ten seconds at most. */
async function until<Value>(find: () => Value | undefined): Promise<Value> {
  for (let tries = 0; tries < 200; tries++) {
    const value = find();
    if (value !== undefined) return value;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error('Waited in vain.');
}
