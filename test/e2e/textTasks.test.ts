import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Locator } from 'playwright-core';
import { bertTokenizer, modelFolder } from '../unit/support/modelFolder';
import { useWorkbench } from './support/useWorkbench';
import { seriousViolations } from './support/axe';
import { inWords } from './support/inWords';

const classes = { id2label: Object.fromEntries(Array.from({ length: 128 }, (_, i) => [i, `B-${i}`])) };

const conversation = [
  { role: 'system', content: 'Answer in German.' },
  { role: 'user', content: 'The small dog stands in the garden.' },
];
const sentences = [
  'The capital of France is [MASK].',
  'if (x is not None) <mask> (x > 1):',
  'This was a lovely book.',
  'Anna Müller lives in Paris.',
  'I found the film great in Oslo.',
  'The small dog stands in the garden.',
];

const pairs = [
  'What is the capital?',
  'Paris is the capital of France.',
  'What is the capital? [SEP] Paris is the capital of France.',
  'This is a test [SEP] sentence.',
];

/** Tasks that no built-in model does, each with a model of the workspace: a reference model with a tokenizer. */
describe('tasks over text, with models of the workspace', () => {
  const { workbench, panel } = useWorkbench(async session => {
    for (const [name, architecture, config] of [
      ['fills', 'BertForMaskedLM', {}],
      ['tags', 'BertForTokenClassification', classes],
    ] as const) {
      const folder = modelFolder({
        reference: 'bert',
        graphs: { 'model.onnx': 'model_eager.onnx' },
        config: { architectures: [architecture], ...config },
        tokenizer: bertTokenizer,
      });
      await cp(folder, session.inWorkspace(`models/${name}`), { recursive: true });
      await rm(folder, { recursive: true });
    }
    for (const model of [
      'tiny-modernbert',
      'tiny-codebert',
      'tiny-deberta',
      'tiny-deberta-tags',
      'tiny-minilm',
      'tiny-chat',
      'tiny-marian-mul',
    ]) {
      await cp(`test/fixtures/models/${model}`, session.inWorkspace(`models/${model}`), { recursive: true });
    }
    for (const model of ['multilabel', 'reranker', 'gpt2-cls', 'bert-qa']) {
      await cp(`test/fixtures/faults/${model}`, session.inWorkspace(`models/${model}`), { recursive: true });
    }
    await writeFile(session.inWorkspace('test.txt'), 'This is a test sentence.\n');
    await writeFile(session.inWorkspace('pairs.txt'), pairs.map(text => `${text}\n`).join(''));
    const { configs } = JSON.parse(await readFile('test/fixtures/models/tiny-chat/templates.json', 'utf8')) as {
      configs: Record<string, object>;
    };
    await cp('test/fixtures/models/tiny-chat', session.inWorkspace('models/refuses'), { recursive: true });
    await rm(session.inWorkspace('models/refuses/chat_template.jinja'));
    await writeFile(session.inWorkspace('models/refuses/tokenizer_config.json'), JSON.stringify(configs.gemma));
    await writeFile(session.inWorkspace('conversation.json'), JSON.stringify(conversation, undefined, 2));
    await writeFile(session.inWorkspace('sentences.txt'), sentences.map(text => `${text}\n`).join(''));
    await writeFile(session.inWorkspace('letters.txt'), 'a b [MASK] c d\n');
  });

  async function explainWith(model: string, command = 'Headlight: Explain Attention'): Promise<void> {
    await workbench.openFile('letters.txt');
    await workbench.useModel(model);
    await workbench.selectLines(1, 1);
    await workbench.runCommand(command);
    await panel.find();
    await panel.frame.locator('headlight-bar .chip', { hasText: model }).waitFor();
    await panel.picture();
  }

  const says = (heading: RegExp) =>
    panel.frame.locator('headlight-details section', { has: panel.frame.getByRole('heading', { name: heading }) });

  it('a mask filler says what fits in place of the mask', async () => {
    await explainWith('fills');
    await panel.tokens.getByText('[MASK]', { exact: true }).click();
    await says(/here in place of “\[MASK\]”/i)
      .locator('.bars li')
      .first()
      .waitFor();
    assert.equal(
      await says(/here in place of “\[MASK\]”/i)
        .locator('.bars li')
        .count(),
      5,
    );
    await workbench.screenshot('mask-filling-dark');
    const effect = panel.frame.locator('headlight-effect');
    await panel.tokens.getByText('b', { exact: true }).click();
    await effect.getByRole('radio', { name: /The chosen token, hidden/ }).click();
    await effect.getByRole('button', { name: 'Hide' }).click();
    await effect.getByText(inWords(/^KL .* bits$/)).waitFor();
    assert.ok((await effect.locator('tbody tr').count()) >= 5);
    await workbench.screenshot('mask-filling-hidden');
    await effect.getByRole('button', { name: 'Show' }).click();
  });

  it('a token classifier says the classes of each token', async () => {
    await explainWith('tags');
    await panel.tokens.getByText('c', { exact: true }).click();
    const said = says(/class of “c”/i);
    await said.locator('.bars li').first().waitFor();
    for (const name of await said.locator('.bars li bdi').allInnerTexts()) assert.match(name, /^B-\d+$/);
    await workbench.screenshot('token-classes-dark');
  });

  it('labels that hold each by itself have a probability each, one output is a score, and a head off changes them in kind', async () => {
    const explainTest = async (model: string) => {
      await workbench.openFile('test.txt');
      await workbench.useModel(model);
      await workbench.selectLines(1, 1);
      await workbench.runCommand('Headlight: Explain Attention');
      await panel.find();
      await panel.frame.locator('headlight-bar .chip', { hasText: model }).waitFor();
      await panel.picture();
    };
    const words = async (part: Locator) => (await part.innerText()).replace(/\s+/g, ' ');
    const effect = () => panel.frame.locator('headlight-effect');

    await explainTest('multilabel');
    const labels = says(/all 4 labels, each by itself/i);
    await labels.waitFor();
    assert.match(await words(labels), /insult 0\.81 threat 0\.40 obscene 0\.37 toxic 0\.24$/);
    await effect().getByRole('button', { name: 'Switch Off' }).click();
    await effect()
      .getByText(inWords(/^KL .* bits$/))
      .waitFor();
    await workbench.screenshot('labels-dark');

    await explainTest('reranker');
    const score = says(/^score/i);
    await score.waitFor();
    assert.match(await words(score), /LABEL_0 −0\.425 0\.40$/);
    await effect().getByRole('button', { name: 'Switch Off' }).click();
    await effect()
      .getByText(inWords(/^falls by −?\d\.\d{3}$/))
      .waitFor();
    await effect().getByRole('button', { name: 'Rank All Heads by Effect' }).click();
    await effect()
      .getByText(inWords(/alone: the score falls by −?\d\.\d{3}, rank \d of 8$/))
      .waitFor();
    await workbench.screenshot('score-dark');
    await workbench.chooseTheme('Light Modern');
    await workbench.page.waitForTimeout(500);
    await workbench.screenshot('score-light');
    await workbench.chooseTheme('Dark Modern');

    await explainTest('gpt2-cls');
    await says(/reads as/i).waitFor();
  });

  /** Explains a line of the sentences with a model of the workspace. */
  async function explainLine(model: string, line: number): Promise<void> {
    await workbench.openFile('sentences.txt');
    await workbench.useModel(model);
    await workbench.selectLines(line, line);
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.find();
    await panel.frame.locator('headlight-bar .chip', { hasText: model }).waitFor();
    await panel.title(new RegExp(`^sentences\\.txt, line ${line} `)).waitFor();
    await panel.picture();
  }

  const best = (heading: RegExp) => says(heading).locator('.bars li bdi').first();

  for (const [model, line, mask, fits] of [
    ['tiny-modernbert', 1, '[MASK]', 'Paris'],
    ['tiny-codebert', 2, '<mask>', 'and'],
  ] as const) {
    it(`${model} says that “${fits}” fits in place of ${mask}, and shows the steps of a row`, async () => {
      await explainLine(model, line);
      await panel.tokens.getByText(mask, { exact: true }).click();
      const heading = new RegExp(`here in place of “${mask.replace(/[[\]]/g, '\\$&')}”`, 'i');
      await best(heading).waitFor();
      assert.equal((await best(heading).innerText()).replace(/[\s·]/g, ''), fits);
      await panel.frame.getByRole('tab', { name: 'Steps' }).click();
      await panel.frame
        .locator('headlight-steps')
        .getByText(inWords(/softmax/i))
        .first()
        .waitFor();
      await workbench.screenshot(`${model}-steps-dark`);
      await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
    });
  }

  it('DeBERTa says the classes of a text, and of each of its tokens', async () => {
    await explainLine('tiny-deberta', 3);
    await says(/class/i).getByText('positive').first().waitFor();
    await explainLine('tiny-deberta-tags', 4);
    await panel.tokens.filter({ hasText: 'Paris' }).click();
    const heading = /class of “.?Paris”/i;
    await best(heading).waitFor();
    assert.equal(await best(heading).innerText(), 'B-LOC');
    await workbench.screenshot('deberta-classes-dark');
  });

  it('a MiniLM shows its attention, and predicts nothing', async () => {
    await explainLine('tiny-minilm', 5);
    assert.deepEqual(
      (await panel.tokens.allTextContents()).map(text => text.replace(/[\s·]/g, '')),
      ['[CLS]', 'I', 'found', 'the', 'film', 'great', 'in', 'Oslo', '.', '[SEP]'],
    );
    await says(/looks at/i)
      .locator('.bars li')
      .first()
      .waitFor();
    assert.equal(await says(/class|in place of|next/i).count(), 0);
    await workbench.screenshot('sentence-encoder-dark');
  });

  const answers = async () =>
    (
      await says(/^answer/i)
        .locator('.bars li')
        .allInnerTexts()
    ).map(text => text.trim());

  it('two selections are a question and its context: the answer is told and marked, attention between them shown alone', async () => {
    await workbench.openFile('pairs.txt');
    await workbench.useModel('bert-qa');
    await workbench.goTo(1);
    await workbench.runCommand('Add Cursor Below');
    await workbench.page.keyboard.press('Shift+End');
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.find();
    await panel.title(/^pairs\.txt, line 1 and line 2 /).waitFor();
    await panel.picture();
    await says(/^answer/i).waitFor();
    const told = await answers();
    assert.equal(told.length, 5);
    assert.match(told[0], /0\.07$/);
    const underlined = await panel.frame.locator('headlight-text .answer').allTextContents();
    assert.equal(underlined.length, 1);
    assert.ok(told[0].includes(underlined[0].replace(/[\s·]/g, '')), `${told[0]} ${underlined[0]}`);
    await workbench.screenshot('pair-dark');
    await panel.tokens.nth(9).hover();
    await workbench.highlights.first().waitFor();
    await panel.frame.getByRole('radio', { name: 'Attention from text A to text B alone' }).click();
    await panel.frame.locator('section.matrix h2', { hasText: 'A → B' }).waitFor();
    const index = await panel.query();
    assert.ok(index < 8, `looks from token ${index}, which is of the question`);
    await workbench.screenshot('pair-filtered-dark');
    await panel.frame.getByRole('tab', { name: 'Lines' }).click();
    await panel.frame.locator('headlight-lines canvas').waitFor();
    // A line stands above the first token of B in both columns.
    assert.deepEqual(
      await panel.frame
        .locator('headlight-lines .second-text')
        .evaluateAll(all => all.map(one => (one as HTMLElement).dataset['index'])),
      ['8', '8'],
    );
    await workbench.screenshot('pair-lines-dark');
    await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
    assert.deepEqual(await seriousViolations(workbench), []);
    await workbench.screenshotInAllThemes('pair-filtered');
    await panel.frame.getByRole('radio', { name: 'Attention within and between both texts' }).click();

    // The same as one text with the separator, and with a question that is typed.
    await workbench.selectLines(3, 3);
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.title(/^pairs\.txt, line 3 /).waitFor();
    await says(/^answer/i).waitFor();
    assert.deepEqual(await answers(), told);
    await workbench.selectLines(2, 2);
    await workbench.runCommand('Headlight: Explain Pair of Texts…', false);
    await workbench.page.getByText('Type the question that the selected text answers').waitFor();
    await workbench.screenshot('pair-prompt-dark');
    await workbench.answer(pairs[0]);
    await panel.title(/^pairs\.txt, line 2 and “What is the capital\?” /).waitFor();
    await says(/^answer/i).waitFor();
    assert.deepEqual(await answers(), told);
  });

  it('a pair comes back after a reload, and is told to have changed where its second text did', async () => {
    await workbench.goTo(1);
    await workbench.runCommand('Add Cursor Below');
    await workbench.page.keyboard.press('Shift+End');
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.title(/^pairs\.txt, line 1 and line 2 /).waitFor();
    await says(/^answer/i).waitFor();
    const told = await answers();
    await panel.frame.getByRole('radio', { name: 'Attention from text B to text A alone' }).click();
    // What was chosen is told to the host with a pause.
    await workbench.page.waitForTimeout(500);
    await workbench.reloadWindow();
    await panel.find();
    await panel.title(/^pairs\.txt, line 1 and line 2 /).waitFor();
    await panel.picture();
    await says(/^answer/i).waitFor();
    assert.deepEqual(await answers(), told);
    await panel.frame.locator('section.matrix h2', { hasText: 'B → A' }).waitFor();
    await panel.frame.getByRole('tab', { name: 'Compare' }).click();
    const compared = panel.frame.locator('headlight-compared-pictures canvas').first();
    await compared.waitFor();
    await compared.hover();
    await panel.frame
      .getByText(/row \d+, column \d+ · [AB] → [AB]/)
      .first()
      .waitFor();
    await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
    await workbench.openFile('pairs.txt');
    await workbench.goTo(2, 6);
    await workbench.page.keyboard.type('ian');
    await panel.frame.getByText('The text has changed').waitFor();
    await panel.frame.getByRole('button', { name: 'Explain Again' }).click();
    await panel.frame.locator('headlight-text', { hasText: 'Parisian is the capital' }).waitFor();
    await panel.title(/^pairs\.txt, line 1 and line 2 /).waitFor();
    await workbench.openFile('pairs.txt');
    await workbench.runCommand('Undo');
  });

  it('a reranker scores a pair, a sentence encoder gives its cosine, and a model that reads one text says so', async () => {
    const words = async (part: Locator) => (await part.innerText()).replace(/\s+/g, ' ');
    const explain = async (model: string, line: number) => {
      await workbench.openFile('pairs.txt');
      await workbench.useModel(model);
      await workbench.selectLines(line, line);
      await workbench.runCommand('Headlight: Explain Attention');
      await panel.find();
      await panel.frame.locator('headlight-bar .chip', { hasText: model }).waitFor();
      await panel.picture();
    };
    await explain('reranker', 4);
    await says(/^score/i).waitFor();
    assert.match(await words(says(/^score/i)), /LABEL_0 −0\.680 0\.34$/);
    await explain('tiny-minilm', 3);
    await says(/^similarity/i).waitFor();
    assert.match(await words(says(/^similarity/i)), /cosine mean pooling.* −?0\.\d{3}$/);
    await workbench.screenshot('similarity-dark');
    await workbench.openFile('pairs.txt');
    await workbench.useModel('tiny-chat');
    await workbench.goTo(1);
    await workbench.runCommand('Add Cursor Below');
    await workbench.page.keyboard.press('Shift+End');
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.frame
      .getByText(inWords(/tiny-chat reads one text at a time \(it is causal\), so the other text is left out\./))
      .waitFor();
  });

  const written = async () =>
    (
      await panel.frame
        .getByRole('listbox', { name: /written/i })
        .getByRole('option')
        .evaluateAll(options =>
          options.filter(option => option.classList.contains('token-plain')).map(option => option.textContent ?? ''),
        )
    )
      .join('')
      .replace(/[\s·]/g, '');

  it('a translator into several languages asks for one, and reads its token before the text', async () => {
    await workbench.openFile('sentences.txt');
    await workbench.useModel('tiny-marian-mul');
    await workbench.selectLines(6, 6);
    await workbench.runCommand('Headlight: Explain Attention', false);
    await workbench.pick('French', 'French');
    await panel.find();
    await panel.title(/^sentences\.txt, line 6, into French /).waitFor({ timeout: 60_000 });
    await panel.picture();
    assert.equal(await written(), 'Lepetitchienestdanslejardin.');
    assert.match((await panel.tokens.allTextContents())[0], />>fra<</);
    await workbench.screenshot('translator-several-dark');
  });

  /** A model's line in the Models view, scrolled to by keyboard. */
  async function modelInView(name: string): Promise<Locator> {
    await workbench.runCommand('Headlight: Focus on Models View');
    await workbench.page.keyboard.press('Home');
    const line = workbench.tree('Models').locator('.monaco-list-row.focused', { hasText: name });
    for (let lines = 1; lines < 120 && !(await line.isVisible()); lines++) {
      // The list is read anew after a run, and the keys pressed meanwhile are lost: then once more from the top.
      await workbench.page.keyboard.press(lines % 60 === 0 ? 'Home' : 'ArrowDown');
      await workbench.page.waitForTimeout(20);
    }
    return line;
  }

  it('its menu in the Models view chooses another language, and what is shown is written anew', async () => {
    await workbench.chooseFromMenu(await modelInView('tiny-marian-mul'), 'Choose Languages or Task…');
    await workbench.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'French' })
      .getByText('chosen before')
      .waitFor();
    await workbench.screenshot('models-choose-language-dark');
    await workbench.pick('German', 'German');
    await panel.title(/^sentences\.txt, line 6, into German /).waitFor({ timeout: 60_000 });
    await panel.picture();
    assert.equal(await written(), 'DerkleineHundstehtimGarten.');
    // A model that has nothing to choose has no such entry.
    await (await modelInView('tiny-minilm')).click({ button: 'right' });
    await workbench.menuEntry('Show Architecture').waitFor();
    assert.equal(await workbench.menuEntry('Choose Languages or Task…').count(), 0);
    await workbench.page.keyboard.press('Escape');
  });

  it('a chat model reads the selection as a message, in its template', async () => {
    await explainWith('tiny-chat', 'Headlight: Explain Attention as Chat Message');
    await panel.title(/^letters\.txt, line 1, as a message /).waitFor();
    const tokens = (await panel.tokens.allTextContents()).join('');
    assert.match(tokens, /^<\|im_start\|>.*a.*b.*<\|im_end\|>.*<\|im_start\|>/s);
    await workbench.screenshot('chat-template-dark');
  });

  it('a conversation is read with its system message, and its tokens are tied to the file', async () => {
    await workbench.openFile('conversation.json');
    await workbench.runCommand('Select All');
    await workbench.runCommand('Headlight: Explain Attention as Chat Message');
    await panel.find();
    await panel.title(/^conversation\.json, lines 1–10, as a conversation of 2 messages /).waitFor();
    await panel.picture();
    // What the template leaves out of the file, such as the names of its fields, is there to be read, and quiet.
    const colorOf = (of: Locator) => of.first().evaluate(one => getComputedStyle(one).color);
    const leftOut = panel.frame.locator('headlight-text .unread', { hasText: 'role' });
    assert.notEqual(await colorOf(leftOut), await colorOf(panel.tokens));
    await panel.tokens.filter({ hasText: 'small' }).first().hover();
    await workbench.highlights.first().waitFor();
    await workbench.screenshot('conversation-dark');
    await workbench.chooseTheme('Light Modern');
    await panel.frame.locator('body.vscode-light').waitFor();
    await workbench.screenshot('conversation-light');
    await workbench.chooseTheme('Dark Modern');
  });

  it('a template that takes no system message says so in its own words', async () => {
    await workbench.openFile('conversation.json');
    await workbench.useModel('refuses');
    await workbench.runCommand('Select All');
    await workbench.runCommand('Headlight: Explain Attention as Chat Message');
    await panel.frame
      .getByText(
        'The chat template of refuses does not take these messages (System role not supported); change them, or explain the text as it is.',
      )
      .waitFor();
    await workbench.screenshot('conversation-refused-dark');
  });

  it('a model without a template says so', async () => {
    await workbench.openFile('letters.txt');
    await workbench.useModel('fills');
    await workbench.selectLines(1, 1);
    await workbench.runCommand('Headlight: Explain Attention as Chat Message');
    await panel.frame.getByText(inWords(/has no chat template; explain the text as it is/)).waitFor();
    // To try again would give the same.
    assert.equal(await panel.frame.getByRole('button', { name: 'Try Again' }).count(), 0);
    await workbench.screenshotInAllThemes('no-chat-template');
    await panel.frame.getByRole('button', { name: 'Explain as Text' }).click();
    await panel.title(/^letters\.txt, line 1 /).waitFor();
    await panel.picture();
  });

  it('and offers models that have one first, another for download, and reads the same message with it', async () => {
    await workbench.openFile('letters.txt');
    await workbench.selectLines(1, 1);
    await workbench.runCommand('Headlight: Explain Attention as Chat Message');
    await panel.frame.getByRole('button', { name: 'Choose Model…' }).click();
    const rows = workbench.page.locator('.quick-input-list .monaco-list-row');
    await rows.first().waitFor();
    // A row's detail is a label of its own, so a row is read whole.
    const names = await rows.allInnerTexts();
    assert.match(names.slice(0, 2).join(), /tiny-chat/);
    assert.match(names.slice(0, 3).join(), /SmolLM2-135M-Instruct/);
    await workbench.screenshot('choose-chat-model');
    await workbench.pick('tiny-chat', 'tiny-chat');
    await panel.title(/^letters\.txt, line 1, as a message /).waitFor();
    await panel.picture();
  });

  it('stands in the right-click menu where the selection is a conversation, and only there', async () => {
    const asMessage = workbench.menuEntry('Explain Attention as Chat Message');
    await workbench.openFile('conversation.json');
    await workbench.runCommand('Select All');
    await workbench.page.waitForTimeout(500);
    await workbench.openContextMenu();
    await asMessage.waitFor();
    await workbench.page.keyboard.press('Escape');
    await workbench.openFile('letters.txt');
    await workbench.selectLines(1, 1);
    await workbench.page.waitForTimeout(500);
    await workbench.openContextMenu();
    await workbench.menuEntry('Explain Attention').waitFor();
    assert.equal(await asMessage.count(), 0);
    await workbench.page.keyboard.press('Escape');
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
