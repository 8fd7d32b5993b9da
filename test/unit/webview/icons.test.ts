import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { iconCharacter, iconNames } from '../../../webview/common/icons';

describe('icons', () => {
  it('are the characters that the icon font has under these names', () => {
    const styles = readFileSync('node_modules/@vscode/codicons/dist/codicon.css', 'utf8');
    for (const name of iconNames) {
      const [, codePoint] =
        new RegExp(`\\.codicon-${name}:before \\{ content: "\\\\([0-9a-f]+)" \\}`).exec(styles) ?? [];
      assert.equal(iconCharacter(name).codePointAt(0), Number.parseInt(codePoint, 16), name);
    }
  });
});
