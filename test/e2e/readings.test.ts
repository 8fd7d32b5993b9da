import assert from 'node:assert/strict';
import { seriousViolations } from './support/axe';
import type { Attention } from './support/directAttention';
import { usePanel } from './support/usePanel';
import { otherThemes, themes } from './support/workbench';
import { inWords } from './support/inWords';

const [layers, heads] = [4, 6];

/** Three readings of one run, what each layer would say, similar heads, and several heads off at once. */
describe('readings of a run', () => {
  const { workbench, panel, reference, shipped } = usePanel();

  before(async () => {
    await workbench.page.setViewportSize({ width: 1960, height: 1000 });
    await panel.chooseHead('2.1');
    await panel.chooseToken(25);
  });

  const reading = (name: RegExp) =>
    panel.frame.getByRole('radiogroup', { name: 'Reading' }).getByRole('radio', { name });
  const heading = (text: RegExp) => panel.frame.locator('section.matrix h2', { hasText: text });

  it('V goes from raw to value-weighted to rollout and back; the rollout is that of the shipped file’s numbers', async () => {
    const raw = await panel.table();
    await panel.press('v');
    await heading(/value-weighted/i).waitFor();
    const weighted = await panel.table();
    assert.notDeepEqual(weighted, raw);
    assert.ok(Math.abs(weighted.reduce((sum, { weight }) => sum + weight, 0) - 1) < 0.005);
    await workbench.screenshot('reading-value');
    await panel.press('v');
    await heading(/rollout up to layer 2/i).waitFor();
    const expected = rollout(shipped, reference.ids.length, 3)[25];
    for (const { key, weight } of await panel.table()) {
      assert.ok(Math.abs(weight - expected[key]) < 1e-3, `key ${key}: ${weight} against ${expected[key]}`);
    }
    await workbench.screenshot('reading-rollout');
    await panel.press('v');
    assert.deepEqual(await panel.table(), raw);
  });

  it('lines and text are read so, too', async () => {
    await reading(/^Rollout/).click();
    for (const tab of ['Lines', 'Text']) {
      await panel.frame.getByRole('tab', { name: tab, exact: true }).click();
      await heading(/rollout up to layer 2/i).waitFor();
    }
    // Of the 26 tokens that token 25 can see, the ten strongest are listed.
    await panel.frame.locator('headlight-text-view .rest').getByText('16 more').waitFor();
    await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
    await reading(/^Attention as it is/).click();
    assert.deepEqual(await seriousViolations(workbench), []);
  });

  it('without the first token: one switch for matrix, mean, rollout, lines and lens, renormalised, and said where it is on', async () => {
    await panel.chooseHead('2.1');
    await panel.chooseToken(25);
    const raw = await panel.table();
    const left = raw.filter(({ key }) => key > 0).reduce((sum, { weight }) => sum + weight, 0);
    const first = panel.frame.getByRole('button', { name: /^Without the first token/ });
    await first.click();
    await heading(/head 2\.1.*without the first token/i).waitFor();
    assert.equal(await first.getAttribute('aria-pressed'), 'true');
    for (const { key, weight } of await panel.table()) {
      const expected = key === 0 ? 0 : raw.find(one => one.key === key)!.weight / left;
      assert.ok(Math.abs(weight - expected) < 2e-3, `key ${key}: ${weight} against ${expected}`);
    }
    await panel.frame.locator('headlight-details h2', { hasText: inWords(/without the first token/i) }).waitFor();
    await workbench.screenshot('first-left-out-dark');
    await panel.frame.getByRole('gridcell', { name: 'Head 0.5', exact: true }).click({ modifiers: ['Control'] });
    await heading(/mean of 2 heads.*without the first token/i).waitFor();
    const mean = await panel.table();
    assert.equal(mean.find(({ key }) => key === 0)?.weight ?? 0, 0);
    assert.ok(Math.abs(mean.reduce((sum, { weight }) => sum + weight, 0) - 1) < 5e-3);
    await panel.chooseHead('2.1');
    await reading(/^Rollout/).click();
    await heading(/rollout up to layer 2, without the first token/i).waitFor();
    assert.equal((await panel.table()).find(({ key }) => key === 0)?.weight ?? 0, 0);
    await reading(/^Attention as it is/).click();
    await panel.frame.getByRole('tab', { name: 'Lines', exact: true }).click();
    await heading(/head 2\.1.*without the first token/i).waitFor();
    await workbench.screenshot('first-left-out-lines-dark');
    assert.deepEqual(await seriousViolations(workbench), []);
    await panel.frame.getByRole('tab', { name: 'Matrix' }).click();
    await panel.press('f');
    await heading(/without the first token/i).waitFor({ state: 'detached' });
    assert.deepEqual(await panel.table(), raw);
    await workbench.runCommand('Headlight: Leave Out the First Token, or No Longer');
    await heading(/head 2\.1.*without the first token/i).waitFor();
    await workbench.runCommand('Headlight: Leave Out the First Token, or No Longer');
    await heading(/without the first token/i).waitFor({ state: 'detached' });
  });

  it('similar heads are one click away', async () => {
    await panel.frame.getByRole('button', { name: 'Similar Heads' }).click();
    const first = panel.frame.locator('headlight-similar .like button').first();
    const name = (await first.innerText()).split(/\s/)[0];
    await first.click();
    await heading(new RegExp(`head ${name.replace('.', '\\.')}`, 'i')).waitFor();
    await panel.frame
      .locator('headlight-similar h2', { hasText: new RegExp(`like head ${name.replace('.', '\\.')}`, 'i') })
      .waitFor();
  });

  it('several heads switch off at once, and a typed token’s log-probability is told', async () => {
    await panel.chooseHead('0.3');
    await panel.frame.getByRole('gridcell', { name: 'Head 0.5', exact: true }).click({ modifiers: ['Control'] });
    await panel.frame.getByRole('gridcell', { name: 'Head 2.1', exact: true }).click({ modifiers: ['Control'] });
    const effect = panel.frame.locator('headlight-effect');
    await effect.getByRole('radio', { name: 'All selected heads at once' }).click();
    await effect.getByRole('button', { name: 'Switch Off' }).click();
    await effect.locator('h2', { hasText: inWords(/3 heads are off/i) }).waitFor();
    await effect.locator('.effect').waitFor();
    const field = effect.getByRole('textbox', { name: 'log p of' });
    await field.fill(' items');
    await field.press('Enter');
    await effect
      .getByText(inWords(/log p\(/))
      .filter({ hasText: 'item' })
      .waitFor();
    await workbench.screenshot('several-off');
    await effect.locator('.pick').first().click();
    const picked = (await effect.locator('.pick').first().innerText()).trim();
    await effect
      .getByText(inWords(/log p\(/))
      .filter({ hasText: picked })
      .waitFor();
    assert.deepEqual(await seriousViolations(workbench), []);
    await panel.frame.getByRole('button', { name: 'Clear' }).click();
  });

  it('the logit lens says what each layer would; its last row is what the model says', async () => {
    await panel.frame.getByRole('tab', { name: 'Logit Lens' }).click();
    const lens = panel.frame.locator('headlight-logit-lens');
    await lens.locator(`.cell[data-row="${layers}"][data-position="25"]`).waitFor();
    assert.deepEqual(await lens.locator('.name').allInnerTexts(), [
      'after',
      'layer 3',
      'layer 2',
      'layer 1',
      'layer 0',
      'embedding',
    ]);
    const predicted = await panel.frame
      .locator('headlight-details')
      .getByRole('list', { name: /^The likeliest tokens/ })
      .locator('.name bdi')
      .first()
      .innerText();
    const last = await lens.locator(`.cell[data-row="${layers}"][data-position="25"]`).innerText();
    assert.equal(last.trim(), predicted.trim());
    await lens.locator(`.cell[data-row="${layers}"][data-position="25"]`).hover();
    await panel.frame
      .locator('headlight-logit-lens headlight-hover-note', { hasText: inWords(/layer 3 after/) })
      .waitFor();
    await workbench.screenshot('logit-lens-dark', true);
    await lens.locator('.cell[tabindex="0"]').focus();
    await workbench.page.keyboard.press('ArrowDown');
    await workbench.page.keyboard.press('ArrowLeft');
    await panel.queryIs(24);
    assert.deepEqual(await seriousViolations(workbench), []);
  });

  for (const [theme, name] of otherThemes) {
    it(`the logit lens is readable in ${theme}`, async () => {
      await workbench.chooseTheme(theme);
      await panel.frame.locator(`body.${themes[theme]}`).waitFor();
      await workbench.screenshot(`logit-lens-${name}`);
      assert.deepEqual(await seriousViolations(workbench), []);
    });
  }

  it('says why a classifier has no logit lens', async () => {
    await workbench.chooseTheme('Dark Modern');
    await workbench.useModel('tiny-code-classifier');
    await workbench.selectAll();
    await workbench.runCommand('Headlight: Explain Attention');
    await panel.frame
      .getByText(inWords(/tiny-code-classifier has no logit lens: its attention is not causal/))
      .waitFor();
    assert.deepEqual(workbench.consoleErrors, []);
  });
});

/** R = (½ Ā + ½ I) R of the layers before, from the first to the last asked for: rows by query. */
function rollout(attention: Attention, n: number, upTo: number): number[][] {
  let rolled = Array.from({ length: n }, (_, q) => Array.from({ length: n }, (_, k) => Number(q === k)));
  for (let layer = 0; layer < upTo && layer < layers; layer++) {
    const before = rolled;
    rolled = before.map((_, query) =>
      before.map((_, key) => {
        let sum = before[query][key] / 2;
        for (let via = 0; via <= query; via++) {
          let mean = 0;
          for (let head = 0; head < heads; head++) mean += attention(`${layer}.${head}`, query, via) / heads;
          sum += (mean / 2) * before[via][key];
        }
        return sum;
      }),
    );
  }
  return rolled;
}
