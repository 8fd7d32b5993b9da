import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface Keybinding {
  readonly command: string;
  readonly key: string;
  readonly mac?: string;
  readonly when?: string;
}

const { commands, keybindings } = (
  JSON.parse(readFileSync('package.json', 'utf8')) as {
    contributes: { commands: readonly { command: string; title: string }[]; keybindings: readonly Keybinding[] };
  }
).contributes;

/**
 * The first strokes under which Headlight's commands stand. VS Code 1.139 and its built-in extensions bind nothing to either
 * on any system (looked up in its workbench.js, which holds the keys of all three, and in the extensions' package.json).
 */
const prefixes = { key: 'ctrl+alt+h', mac: 'ctrl+cmd+h' } as const;

describe('keybindings', () => {
  const global = keybindings.filter(({ when }) => !when?.includes('focusedView'));

  it('stand under one prefix, which no terminal is deprived of', () => {
    for (const { command, key, mac = key, when } of global) {
      assert.match(key, new RegExp(`^${prefixes.key.replaceAll('+', '\\+')} [a-z]$`), command);
      assert.match(mac, new RegExp(`^${prefixes.mac.replaceAll('+', '\\+')} [a-z]$`), command);
      assert.equal(mac.at(-1), key.at(-1), command);
      assert.match(when ?? '', /^!terminalFocus/, command);
    }
  });

  it('are of commands that there are, and no two are the same', () => {
    for (const { command } of keybindings) {
      assert.ok(
        commands.some(known => known.command === command),
        command,
      );
    }
    for (const system of ['key', 'mac'] as const) {
      const strokes = keybindings.map(({ when, ...binding }) => `${binding[system] ?? binding.key} ${when ?? ''}`);
      assert.equal(new Set(strokes).size, strokes.length);
      const chords = global.map(binding => binding[system]);
      assert.equal(new Set(chords).size, chords.length);
    }
  });

  it('are those that the README tells of', () => {
    const readme = readFileSync('README.md', 'utf8');
    for (const { command, key } of global) {
      const title = commands.find(known => known.command === command)?.title ?? command;
      assert.ok(
        readme.includes(`| ${key.at(-1)?.toUpperCase()} | ${title} |`),
        `README: | ${key.at(-1)?.toUpperCase()} | ${title} |`,
      );
    }
  });
});
