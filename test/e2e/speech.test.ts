import assert from 'node:assert/strict';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Frame } from 'playwright-core';
import { repositoryOfFolder } from '../support/hubServer';
import { spokenReference, spokenTones, wavFile } from '../support/spokenTones';
import { seriousViolations } from './support/axe';
import { useHub } from './support/useHub';
import { useWorkbench } from './support/useWorkbench';
import { themes } from './support/workbench';
import { inWords } from './support/inWords';

describe('speech: a Whisper of the workspace', () => {
  let frame: Frame;
  const { rate, examples } = spokenReference();

  const { session, workbench } = useWorkbench(async session => {
    await cp('test/fixtures/speech/tiny-whisper', session.inWorkspace('models/tiny-whisper'), { recursive: true });
    for (const model of ['hubert', 'wav2vec2-base']) {
      await cp(`test/fixtures/sound-encoders/${model}`, session.inWorkspace(`models/${model}`), { recursive: true });
    }
    await mkdir(session.inWorkspace('audio'));
    await cp('test/fixtures/sound-encoders/tones.wav', session.inWorkspace('audio/tones.wav'));
    await writeFile(session.inWorkspace('audio/words.wav'), wavFile([spokenTones(examples[0])], rate));
    // Three windows of the model's four seconds.
    const long = {
      ...examples[0],
      seconds: 9,
      words: [0, 3, 6].flatMap(
        (from, i) =>
          [
            [i, from + 0.3, 0.4],
            [i + 3, from + 1.2, 0.4],
          ] as const,
      ),
    };
    await writeFile(session.inWorkspace('audio/long.wav'), wavFile([spokenTones(long)], rate));
    await writeFile(session.inWorkspace('audio/broken.mp3'), 'This is no sound.');
    await writeFile(
      session.inWorkspace('audio/memo.m4a'),
      Buffer.concat([Buffer.from([0, 0, 0, 32]), Buffer.from('ftypM4A \0\0\0\0')]),
    );
    await cp('test/fixtures/speech/formats/tone.flac', session.inWorkspace('audio/tone.flac'));
  });

  before(async () => {
    await workbench.showExplorer();
    await entry('audio').click();
    await entry('words.wav').waitFor();
  });

  const entry = (name: string) => workbench.explorerEntry(name);
  const choice = (name: string) => workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: name });
  const word = (text: string) => frame.getByRole('option', { name: text, exact: true });
  const transcript = () => frame.locator('.words [role=option]').allInnerTexts();
  const select = (name: string) => frame.getByRole('combobox', { name });
  const chosen = () => frame.locator('.words [aria-selected=true]').innerText();

  it('without a model one sentence leads to where one is chosen, and then it goes on', async () => {
    await workbench.chooseFromMenu(entry('words.wav'), 'Transcribe Audio');
    await workbench.notification(/No model transcribes speech yet; choose one of those that you have\./).waitFor();
    await workbench.page.locator('.notification-list-item').getByRole('button', { name: 'Choose Model…' }).click();
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'tiny-whisper' }).first().click();
    frame = await workbench.headlightFrame('headlight-speech');
  });

  it('an audio file is transcribed, each word with its place', async () => {
    await word('hotel').waitFor();
    assert.deepEqual(await transcript(), examples[0].said);
    assert.equal(await chosen(), 'alpha');
    await select('Language')
      .filter({ hasText: inWords(/guessed: English/) })
      .waitFor();
    await frame.getByText(inWords(/most attention at 0:0\d\.\d\d/)).waitFor();
    assert.deepEqual(await seriousViolations(workbench, 'headlight-speech'), []);
    await workbench.screenshot('speech-dark');
  });

  it('words are chosen by key, by click and on the waveform', async () => {
    await word('alpha').press('ArrowRight');
    assert.equal(await chosen(), 'echo');
    await frame.getByText(inWords(/“echo” · 0:0\d/)).waitFor();
    await word('hotel').click();
    assert.equal(await chosen(), 'hotel');
    const waveform = frame.locator('headlight-waveform .frame');
    const { width } = (await waveform.boundingBox())!;
    const [, start, length] = examples[0].words[2];
    await waveform.click({ position: { x: ((start + length / 2) / examples[0].seconds) * width, y: 40 } });
    assert.equal(await chosen(), 'delta');
    await frame.getByText(inWords(/“delta” · 0:0[12]/)).waitFor();
  });

  it('another head shows another heat', async () => {
    const picture = () =>
      frame.locator('headlight-waveform canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    await frame.getByText(inWords(/“delta”.*most attention at 0:0\d\.\d\d/)).waitFor();
    const before = await picture();
    await select('Heads').click();
    await frame.getByRole('option', { name: 'head 0.1' }).click();
    await frame.waitForFunction(old => {
      const find = (root: Document | ShadowRoot): HTMLCanvasElement | null =>
        root.querySelector('canvas') ??
        [...root.querySelectorAll('*')].map(element => element.shadowRoot && find(element.shadowRoot)).find(Boolean) ??
        null;
      return find(document)!.toDataURL() !== old;
    }, before);
  });

  it('zooms by key, and the table lists all words', async () => {
    const waveform = frame.locator('headlight-waveform .frame');
    const picture = () =>
      frame.locator('headlight-waveform canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());
    const before = await picture();
    await waveform.press('+');
    await waveform.press('+');
    assert.notEqual(await picture(), before);
    await workbench.screenshot('speech-zoomed');
    await waveform.press('0');
    await frame.getByText('Show as Table').click();
    await frame.getByRole('rowheader', { name: 'delta' }).waitFor();
    assert.equal(await frame.getByRole('rowheader').count(), 4);
    await frame.getByText('Hide Table').click();
  });

  it('shows what a time looks at in the encoder, chosen by word, by key and on the waveform', async () => {
    await select('Attention').click();
    await frame.getByRole('option', { name: 'encoder: sound' }).click();
    const line = frame.getByText(inWords(/^0:0\d\.\d\d looks most at 0:0\d\.\d\d/));
    await line.waitFor();
    const at = async () => (await line.innerText()).split(' ')[0];
    const first = await at();
    const waveform = frame.locator('headlight-waveform .frame');
    await waveform.press('ArrowRight');
    await frame.waitForFunction(
      old =>
        !document
          .querySelector('headlight-speech')
          ?.shadowRoot?.querySelector('headlight-speech-view')
          ?.shadowRoot?.textContent.includes(`${old} looks`),
      first,
    );
    await line.waitFor();
    assert.ok((await at()) > first, `${await at()} and ${first}`);
    const { width } = (await waveform.boundingBox())!;
    await waveform.click({ position: { x: width / 2, y: 40 } });
    await frame
      .getByText(inWords(new RegExp(`^0:0${Math.floor(examples[0].seconds / 2)}\\.\\d\\d looks most at`)))
      .waitFor();
    await select('Heads').click();
    await frame.getByRole('option', { name: 'head 1.2' }).click();
    await select('Heads').filter({ hasText: 'head 1.2' }).waitFor();
    await line.waitFor();
    assert.deepEqual(await seriousViolations(workbench, 'headlight-speech'), []);
    await workbench.screenshot('speech-encoder-dark');
  });

  it('comes back after a reload as it was', async () => {
    await workbench.reloadWindow();
    frame = await workbench.headlightFrame('headlight-speech-view');
    await word('hotel').waitFor();
    assert.equal(await chosen(), 'delta');
    await select('Attention').filter({ hasText: 'encoder: sound' }).waitFor();
    await select('Heads').filter({ hasText: 'head 1.2' }).waitFor();
    await frame.getByText(inWords(/^0:0\d\.\d\d looks most at/)).waitFor();
    await select('Attention').click();
    await frame.getByRole('option', { name: 'decoder: words' }).click();
    await frame.getByText(inWords(/“delta”.*most attention at 0:0\d\.\d\d/)).waitFor();
    await select('Heads').filter({ hasText: 'head 0.1' }).waitFor();
  });

  it('plays from the word, and stops', async () => {
    await word('delta').press('Space');
    await frame.getByRole('button', { name: 'Stop' }).waitFor();
    await word('delta').press('Space');
    await frame.getByRole('button', { name: 'Play from this word' }).waitFor();
  });

  for (const [label, file, check] of [
    ['SRT…', 'words.srt', /^1\n00:00:00,\d{3} --> 00:00:0\d,\d{3}\nalpha/],
    ['SRT by Word…', 'words-each.srt', /^1\n.*\nalpha\n\n2\n.*\necho\n\n3\n/],
    ['CSV…', 'words.csv', /^word,start,end,probability,heard\r\nalpha,0\.\d{3},/],
    ['SVG…', 'words-delta.svg', /<svg [\s\S]*>delta</],
    ['PNG…', 'words-delta.png', /^.PNG/],
  ] as const) {
    it(`exports ${label.slice(0, -1)}`, async () => {
      await frame.getByRole('button', { name: 'Export' }).click();
      await frame.getByRole('menuitem', { name: label }).click();
      await workbench.answer(session.inWorkspace(file));
      await workbench.page.getByText(`Saved ${file}`).first().waitFor();
      assert.match(await readFile(session.inWorkspace(file), 'latin1'), check);
    });
  }

  it('a word is corrected, keeps its correction over a reload, and is exported with it', async () => {
    await word('delta').click();
    await word('delta').press('F2');
    await workbench.answer('Delta', false);
    await word('Delta').waitFor();
    await frame.getByText(inWords(/“Delta” · heard as “delta” ·/)).waitFor();
    await frame.getByText('corrected by you').waitFor();
    assert.deepEqual(await seriousViolations(workbench, 'headlight-speech'), []);
    await workbench.screenshot('speech-corrected');
    await workbench.reloadWindow();
    frame = await workbench.headlightFrame('headlight-speech-view');
    await word('Delta').waitFor();
    await frame.getByRole('button', { name: 'Export' }).click();
    await frame.getByRole('menuitem', { name: 'Text…' }).click();
    await workbench.answer(session.inWorkspace('words.txt'));
    await workbench.page.getByText('Saved words.txt').first().waitFor();
    assert.equal(await readFile(session.inWorkspace('words.txt'), 'utf8'), 'alpha echo Delta hotel\n');
    await frame.getByRole('button', { name: 'Correct…' }).click();
    // What was heard takes the correction back.
    await workbench.answer('delta', false);
    await word('delta').waitFor();
  });

  it('Choose Model lists models that transcribe speech, also those to download', async () => {
    await workbench.runCommand('Headlight: Choose Model…', false);
    await choice('hubert').waitFor();
    await workbench.page.keyboard.type('whisper-base');
    await choice('onnx-community/whisper-base').waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('told another language, the model is asked again', async () => {
    await select('Language').click();
    await frame.getByRole('option', { name: 'German' }).click();
    await select('Language')
      .filter({ hasText: inWords(/^German/) })
      .waitFor();
    await frame.locator('.words [role=option]').first().waitFor();
  });

  it('a long file is read in windows', async () => {
    // The explorer still moves its rows while what was exported appears.
    await entry('words-delta.png').waitFor();
    await workbench.chooseFromMenu(entry('long.wav'), 'Transcribe Audio');
    await frame.getByText(inWords(/The audio was read in 3 parts/)).waitFor();
    await frame.getByText(inWords(/^Transcribing/)).waitFor({ state: 'detached' });
    // So small a model may hear a word twice.
    const words = await transcript();
    const said = ['alpha', 'echo', 'bravo', 'golf', 'delta', 'hotel'].filter(each => words.includes(each));
    assert.deepEqual([...new Set(words)], said);
    assert.ok(said.length >= 5, words.join(' '));
    await frame.locator('.words [role=option]').last().click();
    await frame.getByText(inWords(/· 0:0[678]\.\d\d to/)).waitFor();
  });

  it('a broken file says what is wrong', async () => {
    await workbench.chooseFromMenu(entry('broken.mp3'), 'Transcribe Audio');
    await frame
      .getByText(inWords(/broken\.mp3 is not an audio file that can be read; save it again as WAV, MP3, FLAC or Ogg\./))
      .waitFor();
  });

  it('M4A, which cannot be decoded, says why and what to do', async () => {
    await workbench.chooseFromMenu(entry('memo.m4a'), 'Transcribe Audio');
    await frame
      .getByText(
        inWords(
          /memo\.m4a is AAC \(M4A, MP4\), which cannot be decoded here \(.+GPL.+\); save it as WAV, MP3, FLAC or Ogg, such as with “ffmpeg -i memo\.m4a memo\.wav”\./,
        ),
      )
      .waitFor();
  });

  for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
    if (theme === 'Dark Modern') continue;
    it(`can be read in ${theme}`, async () => {
      if (!(await word('hotel').isVisible())) {
        await workbench.chooseFromMenu(entry('words.wav'), 'Transcribe Audio');
        await word('hotel').click();
      }
      await workbench.chooseTheme(theme);
      await frame.locator(`body.${themes[theme]}`).waitFor();
      await frame.getByText(inWords(/“hotel”.*most attention at/)).waitFor();
      assert.deepEqual(await seriousViolations(workbench, 'headlight-speech'), []);
      await workbench.screenshot(`speech-${theme.toLowerCase().replaceAll(' ', '-')}`);
    });
  }

  const useEncoder = async (model: string) => {
    await workbench.runCommand('Headlight: Choose Model…', false);
    await workbench.pick(model, model);
    await workbench.chooseFromMenu(entry('tones.wav'), 'Transcribe Audio');
    await frame.locator('.chip', { hasText: model }).waitFor();
  };

  it('an encoder with CTC (HuBERT) writes characters where it says them, and each time looks where it looks', async () => {
    await workbench.chooseTheme('Dark Modern');
    await useEncoder('hubert');
    const { text } = JSON.parse(await readFile('test/fixtures/sound-encoders/hubert/reference.json', 'utf8')) as {
      text: string;
    };
    const [first] = text.split('|').filter(Boolean);
    await word(first).waitFor();
    assert.equal((await transcript()).join('|'), text.split('|').filter(Boolean).join('|'));
    await frame.getByText(inWords(/^0:0\d\.\d\d looks most at 0:0\d\.\d\d$/)).waitFor();
    assert.equal((await frame.locator('.symbols bdi').allInnerTexts()).join(''), first);
    await frame.getByText(/the likeliest symbol \(CTC\)/).waitFor();
    assert.equal(await select('Attention').count(), 0);
    await select('Heads').click();
    await frame.getByRole('option', { name: 'head 1.2' }).click();
    assert.deepEqual(await seriousViolations(workbench, 'headlight-speech'), []);
    await workbench.screenshot('speech-ctc-dark');
    await workbench.chooseTheme('Light Modern');
    await frame.locator(`body.${themes['Light Modern']}`).waitFor();
    await workbench.screenshot('speech-ctc-light');
  });

  it('an encoder without a head says that it writes nothing, and shows what a time looks at', async () => {
    await useEncoder('wav2vec2-base');
    await frame
      .getByText('wav2vec2-base encodes sound and writes no words: choose a time to see what it looks at.')
      .waitFor();
    await frame.getByText(inWords(/^0:00\.6\d looks most at/)).waitFor();
    await frame.locator('headlight-waveform .frame').press('ArrowRight');
    await frame.getByText(inWords(/^0:00\.6\d looks most at/)).waitFor();
    assert.deepEqual(await seriousViolations(workbench, 'headlight-speech'), []);
    await workbench.screenshot('speech-encoder');
  });

  it('an encoder of sound is told as one in Choose Model', async () => {
    await workbench.runCommand('Headlight: Choose Model…', false);
    await choice('hubert').filter({ hasText: 'transcribes speech · hubert' }).waitFor();
    await choice('wav2vec2-base').filter({ hasText: 'encodes sound · wav2vec2' }).waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('has nothing in its console', () => assert.deepEqual(workbench.consoleErrors, []));
});

describe('speech: a Whisper of the hub', () => {
  const { rate, examples } = spokenReference();

  const { workbench } = useHub(
    () => ({
      'headlight/tiny-whisper': repositoryOfFolder('test/fixtures/speech/tiny-whisper', {
        task: 'automatic-speech-recognition',
        licence: 'mit',
        languages: ['en', 'de'],
      }),
    }),
    session => writeFile(session.inWorkspace('words.wav'), wavFile([spokenTones(examples[0])], rate)),
  );
  before(() => workbench.headlight());

  it('is downloaded by its name, used, and transcribes', async () => {
    await workbench.runCommand('Headlight: Add Model…', false);
    await workbench.pick('From the Hub', 'From the Hub', false);
    await workbench.answer('headlight/tiny-whisper', false);
    await workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: 'fp32' }).click();
    await workbench.notification(/headlight\/tiny-whisper \(fp32\) is downloaded/).waitFor();
    await workbench.page.getByRole('button', { name: 'Use It' }).click();
    await workbench.page.keyboard.press('Control+Shift+E');
    await workbench.chooseFromMenu(workbench.explorerEntry('words.wav'), 'Transcribe Audio');
    const frame = await workbench.headlightFrame('headlight-speech-view');
    await frame.getByRole('option', { name: 'hotel', exact: true }).waitFor();
    assert.deepEqual(await frame.locator('.words [role=option]').allInnerTexts(), examples[0].said);
    await frame.locator('.chip', { hasText: 'headlight/tiny-whisper' }).waitFor();
    await frame.getByText(inWords(/“alpha”.*most attention at 0:0\d\.\d\d/)).waitFor();
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
