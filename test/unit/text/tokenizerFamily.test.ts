import assert from 'node:assert/strict';
import { decodedPieces, families } from './familyCases';
import { pieceText } from '../../../core/text/pieceBytes';
import { TestTokenizer } from './tokenizerFixtures';

describe('tokenizerFamily', () => {
  for (const [name, expected] of Object.entries(families)) {
    it(`knows ${name}`, () => {
      const { byteLevel, space, continuing, wordEnd, unknown, dropsSpaces, before, after } =
        TestTokenizer.recorded(name).family;
      assert.deepEqual(
        { byteLevel, space, continuing, wordEnd, covers: unknown?.covers, dropsSpaces, before, after },
        expected,
      );
    });
  }

  for (const [name, pieces] of Object.entries(decodedPieces)) {
    for (const [piece, text] of Object.entries(pieces)) {
      it(`reads ${piece} of ${name} as ${JSON.stringify(text)}`, () => {
        assert.equal(pieceText(piece, TestTokenizer.recorded(name).family), text);
      });
    }
  }
});
