// npm start: builds Headlight, installs it into a real VS Code, opens the sample workspace and explains a selection.
//   npm start -- --no-open      print the address, open no browser
//   npm start -- --port 8080    serve at this port (where VS Code runs in the browser)
import { parseArgs } from 'node:util';
import path from 'node:path';
import { cacheFolder, installExtensions, startCodeServer } from './codeServer.mjs';
import { packageExtension, vsixFile } from './packageExtension.mjs';
import { findProgram, mustRun, outputOf, run } from './run.mjs';

const workspace = 'samples/workspace';
/** Read by the extension as it starts: what to explain at once. */
const env = { HEADLIGHT_EXPLAIN_ON_START: process.env.HEADLIGHT_EXPLAIN_ON_START ?? 'src/shoppingList.ts:6-9' };

const { values: flags } = parseArgs({
  options: { 'no-open': { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
});

try {
  await packageExtension();
  if (outputOf('code', ['--version']) !== undefined) {
    await openDesktop();
  } else {
    await serve();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** In the VS Code that is installed here. */
async function openDesktop() {
  await mustRun('code', ['--install-extension', vsixFile, '--force']);
  if (!flags['no-open']) {
    await mustRun('code', ['--new-window', workspace], { env: { ...process.env, ...env } });
  }
}

/** In a browser, until Ctrl-C. */
async function serve() {
  const folders = {
    userData: path.join(cacheFolder, 'start', 'user-data'),
    extensions: path.join(cacheFolder, 'start', 'extensions'),
  };
  await installExtensions([vsixFile], folders);
  const server = await startCodeServer({ ...folders, workspace, port: Number(flags.port), env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => void server.stop());
  }
  console.log(`\nHeadlight is running at ${server.url}\nCtrl-C ends it.\n`);
  if (!flags['no-open']) {
    await openBrowser(server.url);
  }
  await server.ended;
}

/** Opens an address in the user's browser, where there is a screen. */
async function openBrowser(url) {
  if (process.platform === 'darwin') {
    await run('open', [url]);
  } else if ((process.env.DISPLAY || process.env.WAYLAND_DISPLAY) && findProgram('xdg-open')) {
    await run('xdg-open', [url]);
  }
}
