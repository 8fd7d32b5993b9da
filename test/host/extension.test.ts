import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { InferenceStatus } from '../../extension/inference/inferenceStatus';
import type { ModelChoice } from '../../extension/models/modelChoice';
import { StatusBar } from '../../extension/views/statusBar';
import { InferenceRequest } from '../../core/protocol/inferenceProtocol';
import { webviewPage } from '../../extension/panels/webviewPage';
import { everything, explain, headlight, untitled } from './support/headlight';

interface Manifest {
  version: string;
  contributes: { commands: { command: string }[]; views: Record<string, { id: string }[]> };
}

/** The native libraries that this process, the extension host, has loaded. */
function nativeLibraries(): string[] {
  return (process.report.getReport() as unknown as { sharedObjects: string[] }).sharedObjects;
}

/** A bundle of the installed extension, as text. */
function bundle(extensionPath: string, file: string): string {
  return readFileSync(path.join(extensionPath, 'dist', file), 'utf8');
}

describe('the extension in the extension host', () => {
  it('is installed from the package and tells how long it took to activate', async () => {
    const extension = await headlight();
    assert.ok(path.basename(extension.extensionPath).startsWith('headlight.headlight-'), extension.extensionPath);
    assert.ok(extension.exports.activationTime > 0);
  });

  it('registers each command that it contributes', async () => {
    const { contributes } = (await headlight()).packageJSON as Manifest;
    const registered = await vscode.commands.getCommands(true);
    assert.deepEqual(
      contributes.commands.map(({ command }) => command).filter(command => !registered.includes(command)),
      [],
    );
  });

  it('names the model that works in the status bar, else the one in use for text', () => {
    const status = new InferenceStatus();
    const choice = { usedId: 'tiny-code-gpt', onDidChange: () => ({ dispose: () => undefined }) };
    const bar = new StatusBar(status, choice as unknown as ModelChoice);
    assert.match(bar.text, /tiny-code-gpt: starts with the first use/);
    status.current = { phase: 'running', model: 'onnx-community/whisper-tiny' };
    assert.match(bar.text, / whisper-tiny: running/);
    status.current = { phase: 'ready', model: 'onnx-community/whisper-tiny' };
    assert.match(bar.text, /tiny-code-gpt: starts with the first use/);
    bar.dispose();
    status.dispose();
  });

  it('says in the status bar of the model in use that it cannot be opened, until it can; of no other', async () => {
    const { exports } = await headlight();
    const { status } = exports;
    const { client, catalogue } = await exports.services();
    const folder = mkdtempSync(path.join(os.tmpdir(), 'headlight-status-'));
    const barOf = (usedId: string) =>
      new StatusBar(status, { usedId, onDidChange: () => ({ dispose: () => undefined }) } as unknown as ModelChoice);
    const [bar, other] = [barOf(`${folder}/mine`), barOf('owner/another')];
    const model = { id: 'mine', folder: path.join(folder, 'mine'), dtype: 'fp16' };
    try {
      await assert.rejects(client.request(InferenceRequest.load, { model }), /mine has no config\.json/);
      assert.deepEqual(status.current, { phase: 'failed', model: 'mine' });
      assert.equal(bar.text, '$(warning) mine: cannot be opened');
      assert.equal(other.text, '$(lightbulb-empty) another: starts with the first use');
      cpSync((await catalogue.used()).folder, model.folder, { recursive: true });
      await client.request(InferenceRequest.load, { model });
      assert.equal(bar.text, '$(lightbulb) mine: ready');
    } finally {
      bar.dispose();
      other.dispose();
      rmSync(folder, { recursive: true });
    }
  });

  it('writes a report of an issue into a document, with versions and what failed by code, and without the user’s text', async () => {
    const { version } = (await headlight()).packageJSON as Manifest;
    const secret = await untitled('const secret = "a text of mine";');
    assert.ok(await explain(secret, everything(secret)));
    // It waits for what the user does with the report.
    void vscode.commands.executeCommand('headlight.reportIssue');
    const report = () =>
      vscode.workspace.textDocuments.find(document => document.isUntitled && /^Headlight: /m.test(document.getText()));
    for (let tries = 0; !report() && tries < 100; tries++) await new Promise(resolve => setTimeout(resolve, 100));
    const text = report()?.getText() ?? '';
    assert.match(text, new RegExp(`Headlight: ${version.replaceAll('.', '\\.')}`));
    assert.match(text, /^VS Code: \d+\.\d+\.\d+, (Web|Desktop)(, remote)?$/m);
    assert.match(text, /\d+ layers × \d+ heads/);
    assert.doesNotMatch(text, /secret|a text of mine/);
    await vscode.commands.executeCommand('notifications.clearAll');
    await vscode.window.showTextDocument(report()!);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('gives a page no script but its own file, no style of its own text, and no script at all where that file is gone', async () => {
    const { extensionUri } = await headlight();
    const view = vscode.window.createWebviewPanel('headlight.test', 'A page', vscode.ViewColumn.One);
    const scripts = (folder: string) => {
      const page = webviewPage(view.webview, vscode.Uri.joinPath(extensionUri, folder), 'captions', 'A page');
      assert.doesNotMatch(page, /<style|\bstyle=|\bon\w+=/);
      return [...page.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)].map(([, attributes, text]) => ({
        attributes,
        text,
      }));
    };
    const [script, ...others] = scripts('dist/webview');
    assert.deepEqual(others, []);
    assert.match(script.attributes, /nonce="[^"]+" src="[^"]+\/captions\.js"/);
    assert.equal(script.text, '');
    assert.deepEqual(scripts('dist/gone'), []);
    view.dispose();
  });

  it('can show each view that it contributes', async () => {
    const { contributes } = (await headlight()).packageJSON as Manifest;
    for (const { id } of Object.values(contributes.views).flat()) {
      await vscode.commands.executeCommand(`${id}.focus`);
    }
  });

  it('keeps transformers.js and onnxruntime out of the extension host, also while it explains', async () => {
    const { extensionPath } = await headlight();
    const document = await untitled('const answer = 42;', 'typescript');
    assert.ok(await explain(document, everything(document)));
    assert.deepEqual(
      nativeLibraries().filter(file => file.includes('onnxruntime') || file.startsWith(extensionPath)),
      [],
    );
    const libraries = /InferenceSession|AutoTokenizer|from_pretrained/;
    for (const file of ['extension.js', 'features.js']) {
      assert.doesNotMatch(bundle(extensionPath, file), libraries, file);
    }
    assert.match(bundle(extensionPath, 'process.js'), libraries, 'the pattern finds nothing');
  });

  it('keeps the Markdown parser in a thread of its own', async () => {
    const { extensionPath } = await headlight();
    const micromark = /codeFencedFence/;
    for (const file of ['extension.js', 'features.js']) {
      assert.doesNotMatch(bundle(extensionPath, file), micromark, file);
    }
    assert.match(bundle(extensionPath, 'linksWorker.js'), micromark, 'the pattern finds nothing');
  });

  it('activates with what is seen at once, and leaves messages, panels and the lens to their first use', async () => {
    const { extensionPath } = await headlight();
    const later = /jsonrpc|sendRequest|createWebviewPanel|createTextEditorDecorationType|child_process/;
    assert.doesNotMatch(bundle(extensionPath, 'extension.js'), later);
    assert.match(bundle(extensionPath, 'features.js'), later, 'the pattern finds nothing');
  });
});
