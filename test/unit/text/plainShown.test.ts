import assert from 'node:assert/strict';
import { plainLabel } from '../../../core/text/plainLabel';
import { plainMessage } from '../../../core/text/plainMessage';
import { hostileTexts } from '../support/hostileTexts';

/** How VS Code 1.139 finds icons in a label, and links in a message (src/vs/base/common: iconLabels, linkedText). */
const icons = /(\\)?\$\(([A-Za-z0-9-]+(?:~[A-Za-z]+)?)\)/g;
const links = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;
const unruly = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

describe('texts from outside', () => {
  for (const [what, text] of Object.entries(hostileTexts)) {
    it(`${what} is no icon in the status bar or a quick pick, and one line`, () => {
      const label = plainLabel(text);
      assert.deepEqual(
        [...label.matchAll(icons)].filter(([, escaped]) => escaped === undefined),
        [],
      );
      assert.doesNotMatch(label, unruly);
    });

    it(`${what} is no link in a message, and one line`, () => {
      const message = plainMessage(`${text} could not be read.`);
      assert.deepEqual([...message.matchAll(links)], []);
      assert.doesNotMatch(message, unruly);
    });
  }

  it('are read as they stand', () => {
    assert.equal(
      plainLabel('$(trash) \\$(sync~spin) $(a b)').replace(icons, (found, escaped) => (escaped ? found.slice(1) : '')),
      '$(trash) \\$(sync~spin) $(a b)',
    );
    assert.equal(plainMessage('[a](command:b)\nc'), '[a] (command:b) c');
    for (const text of ['onnx-community/whisper-tiny', 'a cup [of tea] (hot), $5', 'naïve']) {
      assert.equal(plainLabel(text), text);
      assert.equal(plainMessage(text), text);
    }
  });
});
