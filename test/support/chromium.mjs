// The browser of the tests: Debian's Chromium, or one named by HEADLIGHT_CHROMIUM.
import { ensureDebianPackages } from './dependencies.mjs';
import { findProgram } from './run.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Installs Chromium where no browser of its kind is found. */
export async function ensureChromium() {
  if (!chromiumPath()) {
    await ensureDebianPackages({ chromium: 'chromium' });
  }
}

/** Where Chromium is, or undefined. */
export function chromiumPath() {
  return process.env.HEADLIGHT_CHROMIUM ?? names.map(findProgram).find(Boolean);
}

/** How Chromium runs without a screen, without a sandbox (root has none) and without talking to anyone. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
