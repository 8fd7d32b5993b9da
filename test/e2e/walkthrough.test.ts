import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { useWorkbench } from './support/useWorkbench';

describe('the walkthroughs', () => {
  const { workbench, panel } = useWorkbench();
  before(() => workbench.page.setViewportSize({ width: 1280, height: 720 }));

  const step = (title: string): Locator =>
    workbench.page.locator('.getting-started-step', { has: workbench.page.getByText(title, { exact: true }) });
  const button = (title: string, label: string): Locator => step(title).locator('.monaco-button', { hasText: label });
  const done = (title: string): Locator => step(title).locator('.codicon.complete');

  async function open(title: string): Promise<void> {
    await workbench.runCommand('Welcome: Open Walkthrough...', false);
    await workbench.pick(title, title);
    await workbench.page.locator('.getting-started-category h2', { hasText: title }).first().waitFor();
  }

  /** Opens a step of the walkthrough in sight, presses its button, and waits for what that shows; then comes back. */
  async function walk(title: string, label: string, shows: () => Promise<unknown>, name: string): Promise<void> {
    if (!(await button(title, label).isVisible())) await step(title).click();
    await button(title, label).waitFor();
    await workbench.screenshot(`walkthrough-${name}`);
    await button(title, label).click();
    await shows();
  }

  const shownAs = async (title: RegExp, head?: string): Promise<void> => {
    await panel.find();
    await panel.title(title).waitFor();
    if (!head) return;
    await panel.headIs(head);
    await panel.picture();
  };

  const tabIs = (name: string) => () => panel.frame.getByRole('tab', { name, selected: true }).waitFor();

  it('begin with a first picture and go on, each step with one action that ticks it off', async () => {
    await open('Get Started with Headlight');
    await walk('See your first picture', 'Explain Some Code', () => shownAs(/^Walkthrough: some code/), 'first');
    await done('See your first picture').waitFor();
    // A token is no head.
    await panel.picture();
    await panel.chooseToken(8);
    await workbench.page.waitForTimeout(500);
    assert.equal(await done('Choose a head').count(), 0);
    await walk('Choose a head', 'Show Head 1.1', () => shownAs(/^Walkthrough: some code/, '1.1'), 'head');
    await done('Choose a head').waitFor();
    await walk('Compare two heads', 'Compare Induction and Duplicate Token', tabIs('Compare'), 'compare');
    await done('Compare two heads').waitFor();
    await walk('Switch a head off', 'Show Head 0.1', () => shownAs(/^Walkthrough: some code/, '0.1'), 'off');
    assert.equal(await done('Switch a head off').count(), 0);
    await panel.frame.getByRole('button', { name: 'Switch Off', exact: true }).click();
    await done('Switch a head off').waitFor();
    await walk(
      'Watch attention as you type',
      'Turn On Attention Lens',
      () => done('Watch attention as you type').waitFor(),
      'lens',
    );
    await workbench.runCommand('Headlight: Toggle Attention Lens');
    await walk('Caption an image', 'Caption Workspace Images', () => done('Caption an image').waitFor(), 'captions');
  });

  it('tell what attention is on a sentence of the reader’s own', async () => {
    await open('What Is Attention?');
    const sentence = 'My cat chased the dog, and the dog chased my cat.';
    await walk('Write a sentence', 'Write a Sentence', () => workbench.answer(sentence), 'sentence');
    await shownAs(/^Walkthrough: your sentence/, '0.1');
    assert.equal(
      (await panel.tokens.allInnerTexts()).slice(1).join(''),
      sentence.replaceAll(' ', (await panel.tokens.allInnerTexts()).join('').includes('·') ? '·' : ' '),
    );
    await done('Write a sentence').waitFor();
    await walk('Query and key, then softmax', 'Show the Steps', tabIs('Steps'), 'scores');
    await done('Query and key, then softmax').waitFor();
    await walk('The value is what is taken', 'Show the Values', () => panel.title(/your sentence/).waitFor(), 'value');
    await done('The value is what is taken').waitFor();
    await walk('Many heads, side by side', 'Show Head 1.2', tabIs('Lines'), 'heads');
    await done('Many heads, side by side').waitFor();
    await walk('Causal attention', 'Show the Triangle', () => shownAs(/^Walkthrough: your sentence/, '1.1'), 'causal');
    await done('Causal attention').waitFor();
    await walk('What a prediction stands on', 'Show the Two Cuts', tabIs('Cause'), 'induction');
    await done('What a prediction stands on').waitFor();
    const cause = panel.frame.locator('headlight-cause');
    const likeliest = cause.locator('table.effect tbody tr', { hasText: '·do' }).first();
    await likeliest.waitFor();
    const [before, after] = (await likeliest.locator('td').allInnerTexts()).map(text =>
      Number(text.replace(/[^\d.]/g, '')),
    );
    assert.ok(before > 0.6 && after < 0.05, `${before} ${after}`);
    await workbench.screenshot('walkthrough-induction-shown');
    await cause.locator('headlight-cuts .steps').getByRole('checkbox').first().uncheck();
    await cause.locator('headlight-cuts .steps').getByRole('checkbox').nth(1).check();
    await cause.getByText('with one cut').waitFor();
    await walk('Cross-attention', 'Show a Date', () => shownAs(/^Walkthrough: a date/, '1.3'), 'cross');
    await done('Cross-attention').waitFor();
    await workbench.chooseTheme('Light Modern');
    await workbench.screenshot('walkthrough-cross-light');
  });
});
