import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { toProcess } from '../../core/protocol/askType';
import { RunRequest } from '../../core/protocol/runProtocol';
import type { LensRow } from '../../extension/lens/lensRow';
import { headlight, untitled, workspaceFile } from './support/headlight';

const pause = 50;
const code =
  'function add(left, right) {\n  return left + right;\n}\n\nfunction twice(value) {\n  return add(value, value);\n}\n';

describe('the attention lens', () => {
  let requests: string[];
  let restore: () => void;

  before(async () => {
    const { client } = await (await headlight()).exports.services();
    const original = client.request.bind(client);
    client.request = ((type: { method: string }, ...rest: unknown[]) => {
      requests.push(type.method);
      return (original as (...args: unknown[]) => unknown)(type, ...rest);
    }) as typeof client.request;
    restore = () => {
      client.request = original;
    };
    await set('lens.delay', pause);
  });
  beforeEach(() => {
    requests = [];
  });
  afterEach(async () => {
    const { lens } = (await headlight()).exports;
    if (lens.isOn) await toggle();
    for (const setting of ['lens.window', 'lens.lines', 'lens.head', 'model']) await set(setting, undefined);
  });
  after(async () => {
    restore();
    await set('lens.delay', undefined);
  });

  it('shows what the token at the caret looks at: the numbers of the model, which sum to one', async () => {
    const { editor, row } = await open(code, 1, 13);
    assert.equal(row.queryWords, 'left');
    assert.equal(row.headWords, 'mean of all 24 heads');
    const sum = row.keys.reduce((total, { weight }) => total + weight, 0);
    assert.ok(Math.abs(sum - 1) < 1e-4, String(sum));
    const { client } = await (await headlight()).exports.services();
    const { run, text } = row.run.explanation;
    const {
      shape: [layers, heads, length],
      data,
    } = await client.request(toProcess(RunRequest.attention), {
      of: { run, text, model: row.run.model },
      wish: { kind: 'self' },
    });
    for (const { token, weight } of row.keys) {
      let mean = 0;
      for (let head = 0; head < layers * heads; head++) {
        mean += data[(head * length + row.query) * length + token] / (layers * heads);
      }
      assert.ok(Math.abs(mean - weight) < 1e-5, `token ${token}: ${weight} is not ${mean}`);
    }
    for (const key of row.keys) {
      const range = row.rangeOf(key);
      if (range) {
        assert.equal(editor.document.getText(range).trim(), row.run.explanation.text.slice(key.start, key.end).trim());
      }
    }
  });

  it('reads the block around the caret', async () => {
    const { row } = await open(code, 5, 10);
    assert.equal(row.run.explanation.text.trim(), code.slice(code.indexOf('function twice')).trim());
  });

  it('reads the function that the language tells', async () => {
    const provider = vscode.languages.registerDocumentSymbolProvider(
      { pattern: '**/*', scheme: 'untitled' },
      {
        provideDocumentSymbols: () => [
          new vscode.DocumentSymbol(
            'x',
            '',
            vscode.SymbolKind.Function,
            new vscode.Range(1, 0, 2, 1),
            new vscode.Range(1, 0, 1, 1),
          ),
        ],
      },
    );
    try {
      const { row } = await open(code, 1, 13, 'plaintext');
      assert.equal(row.run.explanation.text, '  return left + right;\n}');
    } finally {
      provider.dispose();
    }
  });

  it('reads the lines before the caret, or the document, as it is set', async () => {
    await set('lens.window', 'lines');
    await set('lens.lines', 1);
    const { row } = await open(code, 5, 10);
    assert.equal(row.run.explanation.text, code.split('\n').slice(4, 6).join('\n'));
    await set('lens.window', 'document');
    const whole = await shown(next => next.run !== row.run);
    assert.equal(whole.run.explanation.text, code);
  });

  it('does not run the model where only the caret moves within the text', async () => {
    const { editor, row } = await open(code, 1, 13);
    requests = [];
    place(editor, 1, 20);
    const moved = await shown(next => next.query !== row.query);
    assert.equal(moved.queryWords, 'right');
    assert.equal(moved.run, row.run);
    assert.deepEqual(requests, [RunRequest.row.method]);
    place(editor, 1, 19);
    await rest();
    assert.deepEqual(requests, [RunRequest.row.method], 'within the same token nothing is asked');
  });

  it('runs it again after typing, once and after a pause, and lets go of the run before', async () => {
    const { editor, row } = await open(code, 1, 13);
    requests = [];
    for (const letter of 'over') {
      await editor.edit(edit => edit.insert(editor.selection.active, letter), {
        undoStopBefore: false,
        undoStopAfter: false,
      });
    }
    const typed = await shown(next => next.run !== row.run);
    await rest();
    assert.match(typed.run.explanation.text, /leover|over/);
    assert.ok(requests.filter(method => method === 'explain').length <= 2, requests.join());
    assert.equal(
      requests.filter(method => method === 'forget').length,
      requests.filter(method => method === 'explain').length,
      requests.join(),
    );
  });

  it('works in both directions with the encoder, and with the encoder of an encoder-decoder', async () => {
    await set('model', 'tiny-code-classifier');
    const { row } = await open(code, 1, 13);
    assert.equal(row.headWords, 'mean of all 12 heads');
    assert.ok(
      row.keys.some(key => key.token > row.query + 1 && key.weight > 0),
      'nothing behind the caret is looked at',
    );
    assert.ok(
      row.keys.some(key => key.start === key.end && key.weight > 0),
      'no special token is looked at',
    );
    await set('model', 'tiny-dates');
    const dates = await shown(next => next.run.model.id === 'tiny-dates');
    assert.equal(dates.headWords, 'mean of all 8 encoder heads');
  });

  it('shows one head, or the mean where the model does not have it and says so', async () => {
    await set('lens.head', '3.5');
    const { row } = await open(code, 1, 13);
    assert.equal(row.headWords, 'head 3.5');
    await set('lens.head', 'maximum');
    await shown(next => next.headWords === 'maximum of all 24 heads');
    await set('lens.head', '3.5');
    await set('model', 'tiny-code-classifier');
    await shown(next => next.headWords === 'mean of all 12 heads');
    const { lens } = (await headlight()).exports;
    assert.equal(lens.message, 'tiny-code-classifier has no head 3.5: the mean of its heads is shown.');
  });

  it('tells the numbers in a hover, in plain words', async () => {
    const { editor, row } = await open(code, 1, 13);
    const key = row.keys.find(k => row.keyWords(k) === 'function');
    const range = key && row.rangeOf(key);
    assert.ok(key && range);
    const text = await hoverText(editor.document, range.start);
    assert.equal(text, row.sentence(key));
    assert.match(text, /^“function” gets 0\.\d\d of what “left” looks at \(mean of all 24 heads\)\.$/);
  });

  it('leaves nothing when it is off', async () => {
    const { editor, row } = await open(code, 1, 13);
    await toggle();
    const { lens } = (await headlight()).exports;
    assert.equal(lens.row, undefined);
    assert.equal(lens.message, undefined);
    requests = [];
    for (const key of row.keys) {
      const range = row.rangeOf(key);
      if (range) assert.equal(await hoverText(editor.document, range.start), '');
    }
    await editor.edit(edit => edit.insert(new vscode.Position(1, 13), 'x'));
    place(editor, 5, 4);
    await rest();
    assert.deepEqual(requests, []);
  });

  it('sends of a large file only what the model reads', async () => {
    await set('lens.window', 'document');
    const { row } = await open(
      'const total = items.map(item => item.price * item.amount);\n'.repeat(20_000),
      15_000,
      16,
    );
    const { text, tokens } = row.run.explanation;
    assert.ok(tokens.length <= 512 && tokens.length > 256, String(tokens.length));
    assert.ok(row.run.start <= row.run.document.offsetAt(new vscode.Position(15_000, 16)));
    assert.ok(text.length < 4000);
    assert.equal(row.queryWords, 'items');
  });

  it('finds the caret where tokens are far shorter than it thought', async () => {
    await set('lens.window', 'document');
    const { row } = await open('漢字かな交じり文を書く。'.repeat(700), 0, 6000);
    assert.ok(row.run.explanation.tokens.length <= 512);
  });

  it('says in one sentence where it shows nothing: long lines, binary data, no text', async () => {
    for (const [content, sentence] of [
      ['x = 1; '.repeat(3000), 'This line is longer than 10,000 characters.'],
      ['\u0000\u0001\u0002\u0003\u0004', 'The text around the caret looks like binary data.'],
      ['', 'There is no text around the caret.'],
    ]) {
      const { lens } = (await headlight()).exports;
      const editor = await vscode.window.showTextDocument(await untitled(content));
      place(editor, 0, 1);
      if (!lens.isOn) await toggle();
      await until(() => lens.message === sentence);
      assert.equal(lens.row, undefined);
    }
    assert.deepEqual(
      requests.filter(method => method === 'explain'),
      [],
    );
  });

  it('says why a run failed, and goes on once it can', async () => {
    await set('model', 'no-such-model');
    const { lens } = (await headlight()).exports;
    await vscode.window.showTextDocument(await untitled(code, 'typescript'));
    await toggle();
    await until(() => lens.message?.startsWith('There is no model “no-such-model”'));
    await set('model', 'tiny-code-gpt');
    await shown(() => true);
    assert.equal(lens.message, undefined);
  });

  it('goes on after the inference process was stopped', async () => {
    const { editor, row } = await open(code, 1, 13);
    await vscode.commands.executeCommand('headlight.stopInference');
    place(editor, 1, 20);
    const moved = await shown(next => next.query !== row.query);
    assert.equal(moved.queryWords, 'right');
  });

  it('follows the caret into another editor, and stays away from the output', async () => {
    const { row } = await open(code, 1, 13);
    const document = await vscode.workspace.openTextDocument(workspaceFile('src/pantry.ts'));
    const editor = await vscode.window.showTextDocument(document);
    place(editor, 9, 6);
    const other = await shown(next => next.run.document === document && next.query !== row.query);
    await vscode.commands.executeCommand('headlight.showLog');
    await rest();
    const { lens } = (await headlight()).exports;
    assert.equal(lens.row?.run.document, other.run.document);
    await vscode.commands.executeCommand('workbench.action.closePanel');
  });

  it('takes the first of several carets', async () => {
    const { editor, row } = await open(code, 1, 13);
    editor.selections = [new vscode.Selection(1, 20, 1, 20), new vscode.Selection(1, 4, 1, 4)];
    assert.equal((await shown(next => next.query !== row.query)).queryWords, 'right');
  });

  it('works in a cell of a notebook', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(workspaceFile('analysis/prices.ipynb'));
    await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
    await vscode.commands.executeCommand('notebook.cell.edit');
    const cell = notebook.cellAt(1).document;
    await until(() => vscode.window.activeTextEditor?.document === cell);
    await toggle();
    const row = await shown(next => next.run.document === cell);
    assert.equal(row.run.explanation.text, cell.getText());
  });

  /** A document with the caret in it and the lens on: what is shown. */
  async function open(
    content: string,
    line: number,
    character: number,
    language = 'typescript',
  ): Promise<{ editor: vscode.TextEditor; row: LensRow }> {
    const editor = await vscode.window.showTextDocument(await untitled(content, language));
    place(editor, line, character);
    await until(() => editor.selection.active.line === line);
    await toggle();
    return { editor, row: await shown(row => row.run.document === editor.document) };
  }
});

async function toggle(): Promise<void> {
  await vscode.commands.executeCommand('headlight.toggleLens');
}

function place(editor: vscode.TextEditor, line: number, character: number): void {
  editor.selection = new vscode.Selection(line, character, line, character);
}

async function set(setting: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('headlight').update(setting, value, vscode.ConfigurationTarget.Global);
}

/** What the lens shows, once it is such a row. */
async function shown(is: (row: LensRow) => boolean): Promise<LensRow> {
  const { lens } = (await headlight()).exports;
  await until(
    () => lens.row && is(lens.row),
    () => `it says: ${lens.message}`,
  );
  assert.ok(lens.row);
  return lens.row;
}

/** Long enough for anything that was to happen after the pause. */
function rest(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, pause + 400));
}

async function until(holds: () => unknown, why = () => ''): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (holds()) return;
    await new Promise(resolve => setTimeout(resolve, 25));
  }
  throw new Error(`Waited in vain. ${why()}`);
}

/** What Headlight's hovers say at a place; those of the language do not count. */
async function hoverText(document: vscode.TextDocument, position: vscode.Position): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap(hover => hover.contents)
    .map(content => (typeof content === 'string' ? content : content.value).replace(/\\(.)/g, '$1'))
    .filter(text => text.includes('looks at'))
    .join('\n');
}
