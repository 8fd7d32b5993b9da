import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { Services } from '../../extension/services/services';
import { HubServer, repositoryOfFolder } from '../support/hubServer';
import { ProxyServer } from '../support/proxyServer';
import { headlight } from './support/headlight';
import * as vscode from 'vscode';

/** How VS Code's own settings of the network decide on a download: a hub over TLS that no authority signed, and a proxy. */
describe('a hub over TLS, by VS Code’s settings', () => {
  let services: Services;
  let hub: HubServer;
  let proxy: ProxyServer;
  const changed = new Set<string>();

  async function set(name: string, value: unknown): Promise<void> {
    changed.add(name);
    await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
  }

  before(async () => {
    services = await (await headlight()).exports.services();
    const { folder } = (await services.catalogue.builtInModels())[0];
    hub = await HubServer.start({ 'headlight/gpt': repositoryOfFolder(folder) }, { secure: true });
    proxy = await ProxyServer.start();
    await set('headlight.hub', hub.address);
    await set('http.proxy', proxy.address);
  });
  afterEach(() => {
    proxy.asked.length = 0;
    hub.calm();
  });
  after(async () => {
    for (const name of changed) await set(name, undefined);
    proxy.stop();
    await hub.stop();
    rmSync(services.storage.fsPath, { recursive: true, force: true });
  });

  const host = () => new URL(hub.address).host;
  const download = async () => services.downloads.start(await services.downloads.look('headlight/gpt'), 'fp16');

  it('is asked through http.proxy, and refused where its certificate is not trusted', async () => {
    await assert.rejects(
      download(),
      /its certificate is not trusted here: name its authority’s file in NODE_EXTRA_CA_CERTS/,
    );
    assert.deepEqual([...new Set(proxy.asked)], [host()]);
    assert.deepEqual(hub.requests, []);
  });

  it('gives a model through the proxy alone where http.proxyStrictSSL is off', async () => {
    await set('http.proxyStrictSSL', false);
    assert.equal(await download(), true);
    // The hub itself, and where it keeps large files.
    assert.equal(new Set(proxy.asked).size, 2);
    assert.ok(proxy.asked.includes(host()));
  });

  it('is asked directly where http.noProxy names it', async () => {
    await set('http.noProxy', ['127.0.0.1']);
    assert.equal(await download(), true);
    assert.deepEqual(proxy.asked, []);
    assert.ok(hub.requests.length > 0);
    await set('http.noProxy', undefined);
  });

  it('is asked directly where http.proxySupport is off', async () => {
    await set('http.proxySupport', 'off');
    assert.equal(await download(), true);
    assert.deepEqual(proxy.asked, []);
    await set('http.proxySupport', undefined);
  });

  it('is not asked at all while headlight.offline is on', async () => {
    await set('headlight.offline', true);
    await assert.rejects(
      download(),
      /Headlight is offline, by the setting headlight\.offline; switch that off to reach the hub/,
    );
    assert.deepEqual([...hub.requests, ...proxy.asked], []);
    await set('headlight.offline', undefined);
  });
});
