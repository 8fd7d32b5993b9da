import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { seriousViolations } from './axe';
import type { SuiteWorkbench } from './useWorkbench';
import { otherThemes, themes } from './workbench';

/**
 * Tests that a panel is readable for axe in each kind of theme beside the dark one, and keeps pictures of it: NAME-light.png and so on.
 * @param parts what is scrolled to for each picture, by the picture's name
 */
export function readableInThemes(
  { workbench, panel }: Pick<SuiteWorkbench, 'workbench' | 'panel'>,
  parts: Readonly<Record<string, () => Locator>>,
): void {
  for (const [theme, short] of otherThemes) {
    it(`is readable in ${theme}`, async () => {
      await workbench.chooseTheme(theme);
      await panel.frame.locator(`body.${themes[theme]}`).waitFor();
      await workbench.page.waitForTimeout(500);
      for (const [name, part] of Object.entries(parts)) {
        await part().scrollIntoViewIfNeeded();
        await workbench.screenshot(`${name}-${short}`);
      }
      assert.deepEqual(await seriousViolations(workbench), []);
    });
  }
}
