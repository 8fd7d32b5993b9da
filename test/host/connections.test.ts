import assert from 'node:assert/strict';
import dns from 'node:dns';
import net from 'node:net';
import { rmSync } from 'node:fs';
import { HubServer, repositoryOfFolder } from '../support/hubServer';
import { everything, explain, headlight, untitled, workspaceFile } from './support/headlight';
import * as vscode from 'vscode';

/** All of Node's connections go through this one function, and all names that it has to look up through that one. */
describe('what the extension host connects to', function () {
  this.timeout(60_000);
  const made: string[] = [];
  const connect = Reflect.get(net.Socket.prototype, 'connect') as (this: net.Socket, ...given: unknown[]) => net.Socket;
  const { lookup } = dns;
  before(() => {
    net.Socket.prototype.connect = function (this: net.Socket, ...given: unknown[]) {
      const [options] = (Array.isArray(given[0]) ? given[0] : given) as [
        { host?: string; port?: number; path?: string },
      ];
      // A path is a socket of this machine.
      if (!options.path) made.push(`${options.host ?? 'localhost'}:${options.port}`);
      return connect.apply(this, given);
    };
    dns.lookup = ((name: string, ...rest: unknown[]) => {
      made.push(name);
      return (lookup as (...all: unknown[]) => void)(name, ...rest);
    }) as typeof lookup;
  });
  after(() => {
    net.Socket.prototype.connect = connect;
    dns.lookup = lookup;
  });
  beforeEach(() => made.splice(0));

  it('is nothing while a text is explained and an image is captioned with the built-in models', async () => {
    const { catalogue, captionQueue } = await (await headlight()).exports.services();
    const document = await untitled('const answer = 42; // https://example.com/a.png');
    assert.ok(await explain(document, everything(document)));
    const end = await captionQueue.add([workspaceFile('images/disc.svg')], await catalogue.captioner());
    assert.equal(end.done, 1);
    await vscode.commands.executeCommand('headlight.models.focus');
    await vscode.commands.executeCommand('headlight.images.focus');
    assert.deepEqual(made, []);
  });

  it('is nothing even while a model is downloaded, which the inference process does', async () => {
    const { catalogue, downloads, storage } = await (await headlight()).exports.services();
    const { folder } = (await catalogue.builtInModels())[0];
    const hub = await HubServer.start({ 'headlight/gpt': repositoryOfFolder(folder) });
    // The server looks its own address up.
    made.splice(0);
    const settings = vscode.workspace.getConfiguration('headlight');
    await settings.update('hub', hub.address, vscode.ConfigurationTarget.Global);
    try {
      assert.equal(await downloads.start(await downloads.look('headlight/gpt'), 'fp16'), true);
      assert.ok(hub.requests.length > 0);
      assert.deepEqual(made, []);
      // What would have been seen.
      await fetch(hub.address).catch(() => undefined);
      assert.notDeepEqual(made, []);
    } finally {
      await settings.update('hub', undefined, vscode.ConfigurationTarget.Global);
      await hub.stop();
      rmSync(storage.fsPath, { recursive: true, force: true });
    }
  });
});
