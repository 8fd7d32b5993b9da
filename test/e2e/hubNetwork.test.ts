import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { goodToken, HubServer, ownCertificate, repositoryOfFolder } from '../support/hubServer';
import { ProxyServer } from '../support/proxyServer';
import type { SessionOptions } from './support/session';
import { useWorkbench } from './support/useWorkbench';

const gpt = 'test/fixtures/models/tiny-code-gpt';

for (const trusted of [false, true]) {
  /** As a user in a company's network has it: VS Code is told the proxy, and (or not) the authority that signs there. */
  describe(`a hub over TLS, behind a proxy, whose authority NODE_EXTRA_CA_CERTS ${trusted ? 'names' : 'does not name'}`, () => {
    let hub: HubServer;
    let proxy: ProxyServer;

    const { session, workbench } = useWorkbench(undefined, async (): Promise<SessionOptions> => {
      const repository = repositoryOfFolder(gpt, { task: 'text-generation', licence: 'mit' });
      hub = await HubServer.start(
        { 'headlight/gpt': repository, 'headlight/gated': { ...repository, gated: true } },
        { secure: true },
      );
      proxy = await ProxyServer.start();
      return {
        machineSettings: { 'headlight.hub': hub.address },
        settings: { 'http.proxy': proxy.address },
        env: trusted ? { NODE_EXTRA_CA_CERTS: path.resolve(ownCertificate) } : {},
      };
    });
    before(() => workbench.headlight());
    after(async () => {
      await hub.stop();
      proxy.stop();
    });

    async function ask(id: string): Promise<void> {
      await workbench.runCommand('Headlight: Add Model…', false);
      await workbench.pick('From the Hub', 'From the Hub', false);
      await workbench.answer(id, false);
    }

    async function download(id: string): Promise<void> {
      await ask(id);
      await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'q8' }).click();
      await workbench.notification(new RegExp(`${id} \\(q8\\) is downloaded`)).waitFor();
      await workbench.dismissNotifications();
    }

    if (!trusted) {
      it('is refused with what to do, asked through the proxy alone', async () => {
        await ask('headlight/gpt');
        await workbench
          .notification(
            /its certificate is not trusted here: name its authority’s file in NODE_EXTRA_CA_CERTS or install it in the system/,
          )
          .waitFor();
        await workbench.screenshot('hub-certificate');
        assert.deepEqual([...new Set(proxy.asked)], [new URL(hub.address).host]);
        assert.deepEqual(hub.requests, []);
      });
      return;
    }

    it('gives a model, with certificates checked, through the proxy alone', async () => {
      await download('headlight/gpt');
      // The hub itself, and where it keeps large files.
      assert.equal(new Set(proxy.asked).size, 2);
    });

    it('gives a gated model for a token that lies in no file: no setting, no log, no storage', async () => {
      for (const token of ['hf_aTokenThatOpensNothing', goodToken]) {
        await workbench.runCommand('Headlight: Set Hub Token…', false);
        const input = workbench.page.locator('.quick-input-widget input[type=password]');
        await input.fill(token);
        await input.press('Enter');
        await workbench.notification(/The token for 127\.0\.0\.1:\d+ is kept/).waitFor();
        await workbench.dismissNotifications();
        if (token === goodToken) continue;
        await ask('headlight/gated');
        await workbench
          .notification(/headlight\/gated is gated, and your token’s account has not been granted it/)
          .waitFor();
        await workbench.dismissNotifications();
      }
      await download('headlight/gated');
      assert.ok(hub.requests.some(({ authorization }) => authorization === `Bearer ${goodToken}`));
      // Where large files lie is another origin: it never sees the token.
      assert.ok(
        hub.requests.filter(({ host }) => host === 'cdn').every(({ authorization }) => authorization === undefined),
      );
      const entries = readdirSync(path.resolve(session.inWorkspace('..')), {
        recursive: true,
        withFileTypes: true,
      }).filter(entry => entry.isFile());
      const files = entries
        .map(entry => path.join(entry.parentPath, entry.name))
        .filter(file => !file.includes(`${path.sep}extensions${path.sep}`));
      const read = files.map(file => ({ file, text: readFileSync(file, 'latin1') }));
      assert.ok(
        read.some(({ file, text }) => file.endsWith('.log') && text.includes('headlight/gated is gated')),
        'the refusal is in no log',
      );
      assert.deepEqual(
        read.filter(({ text }) => /hf_aToken/.test(text)).map(({ file }) => file),
        [],
      );
      assert.deepEqual(workbench.consoleErrors, []);
    });
  });
}
