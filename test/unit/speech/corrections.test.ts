import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { PictureLook } from '../../../core/export/pictureLook';
import type { ShownTranscript, TranscriptFormat } from '../../../core/protocol/speechProtocol';
import { correctWords, transcriptText } from '../../../core/speech/correctWords';
import { mayBeOtherLanguage } from '../../../core/speech/otherLanguage';
import { wordConfidence } from '../../../core/speech/wordConfidence';
import { TranscriptCorrections } from '../../../extension/panels/transcriptCorrections';
import { exportTranscript } from '../../../inference/export/exportTranscript';

const word = (text: string, index: number, probability = 0.9) => ({
  text,
  start: index,
  end: index + 0.5,
  probability,
  window: 0,
  index,
});
const heard = [word('Good', 0), word('mourning,', 1, 0.4), word('everyone', 2, 0.6)];
const correction = { window: 0, index: 1, heard: 'mourning,', text: 'morning,' };

/** What VS Code keeps, for a test. */
function memento(): vscode.Memento {
  const kept = new Map<string, unknown>();
  return {
    keys: () => [...kept.keys()],
    get: <T>(key: string, otherwise?: T) => (kept.has(key) ? structuredClone(kept.get(key)) : otherwise) as T,
    update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
  };
}

describe('words that a user corrects', () => {
  it('stand in the transcript, with what was heard beside them, until they are taken back', () => {
    const words = correctWords(heard, [correction]);
    assert.deepEqual(words[1], { ...heard[1], text: 'morning,', heard: 'mourning,' });
    assert.equal(transcriptText(words, 'Good mourning, everyone', 'en'), 'Good morning, everyone');
    assert.deepEqual(correctWords(words, []), heard);
    assert.equal(transcriptText(heard, 'Good  mourning, everyone', 'en'), 'Good  mourning, everyone', 'its own text');
    assert.equal(transcriptText(words, '', 'ja'), 'Goodmorning,everyone');
    assert.deepEqual(correctWords([{ ...heard[1], text: 'warning' }], [correction])[0].text, 'warning', 'other words');
  });

  it('are kept for a recording and a model, the last of each word', async () => {
    const memory = memento();
    const read = { content: 'abc', model: { id: 'tiny', dtype: 'q8' } } as never;
    await new TranscriptCorrections(memory).set(read, { ...correction, text: 'warning' });
    await new TranscriptCorrections(memory).set(read, correction);
    const again = new TranscriptCorrections(memory);
    assert.deepEqual(again.of(read), [correction]);
    assert.deepEqual(again.of({ content: 'abc', model: { id: 'other', dtype: 'q8' } } as never), []);
    await again.set(read, { ...correction, text: correction.heard });
    assert.deepEqual(again.of(read), []);
  });

  it('are exported, one word a cue where that is asked for', () => {
    const words = correctWords(heard, [correction]);
    const text = transcriptText(words, '', 'en');
    const read = { model: { id: 'tiny', dtype: 'q8' }, alignment: { heads: [], stated: true }, windows: [] };
    const made = (format: TranscriptFormat) =>
      exportTranscript(
        format,
        { title: 'a.wav', text, words, language: 'en', read } as unknown as ShownTranscript,
        {} as PictureLook,
      );
    assert.match(made('srt'), /Good morning,/);
    assert.equal(made('srtWords').split('\n\n')[1], '2\n00:00:01,000 --> 00:00:01,500\nmorning,');
    assert.match(made('vttWords'), /^WEBVTT\n\n00:00:00\.000 --> 00:00:00\.500\nGood\n\n00:00:01\.000/);
    assert.equal(made('txt'), 'Good morning, everyone\n');
    assert.deepEqual(made('csv').split('\r\n').slice(0, 3), [
      'word,start,end,probability,heard',
      'Good,0.000,0.500,0.900000,',
      '"morning,",1.000,1.500,0.400000,"mourning,"',
    ]);
    const json = JSON.parse(made('json')) as { text: string; words: { word: string; heard?: string }[] };
    assert.deepEqual(
      json.words.map(({ word: written, heard: of }) => [written, of]),
      [
        ['Good', undefined],
        ['morning,', 'mourning,'],
        ['everyone', undefined],
      ],
    );
    assert.equal(json.text, text);
  });

  it('a model of one language that hardly believes what it wrote may have heard another', () => {
    const one = { languages: [] };
    assert.ok(mayBeOtherLanguage(one, { words: heard, confidence: 0.53 }));
    assert.ok(!mayBeOtherLanguage(one, { words: heard, confidence: 0.7 }));
    assert.ok(!mayBeOtherLanguage(one, { words: [], confidence: 0.1 }));
    assert.ok(!mayBeOtherLanguage({ languages: ['de', 'en'] }, { words: heard, confidence: 0.2 }));
  });

  it('are sure; others are by their probability', () => {
    assert.deepEqual(correctWords(heard, []).map(wordConfidence), ['sure', 'doubtful', 'likely']);
    assert.equal(wordConfidence(correctWords(heard, [correction])[1]), 'corrected');
  });
});
