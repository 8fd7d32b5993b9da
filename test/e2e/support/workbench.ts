import type { ConsoleMessage, Frame, Locator, Page } from 'playwright-core';

/** The themes beside the dark one that tests begin in, with their names in pictures' files. */
export const otherThemes = [
  ['Light Modern', 'light'],
  ['Dark High Contrast', 'hc-dark'],
  ['Light High Contrast', 'hc-light'],
] as const;

/** The themes that every picture must be readable in: by the names of the theme picker, what VS Code calls their kind. */
export const themes = {
  'Dark Modern': 'vscode-dark',
  'Light Modern': 'vscode-light',
  'Dark High Contrast': 'vscode-high-contrast',
  'Light High Contrast': 'vscode-high-contrast-light',
} as const;

/** What the window itself calls a kind of theme. */
const workbenchClasses = {
  'vscode-dark': 'vs-dark',
  'vscode-light': 'vs',
  'vscode-high-contrast': 'hc-black',
  'vscode-high-contrast-light': 'hc-light',
} as const;

/** A window of VS Code, driven as a user drives it, once a session has opened it. */
export class Workbench {
  private readonly complaints: string[] = [];
  private shown?: Page;

  /** The page of the browser that it is. */
  get page(): Page {
    if (!this.shown) throw new Error('The window is not open yet.');
    return this.shown;
  }

  /** Is this page from now on. */
  show(page: Page): void {
    this.shown = page;
    this.complaints.length = 0;
    page.on('console', message => this.listen(message));
    page.on('pageerror', error => this.complaints.push(`uncaught: ${error.stack ?? error.message}`));
  }

  /** Opens the address and waits until commands can be run. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    const files = this.page.locator('.explorer-viewlet .monaco-list-row').first();
    try {
      await files.waitFor({ timeout: 30_000 });
    } catch {
      // VS Code in the browser now and then opens a workspace file as one without folders (“No Folder Opened”). The picture is kept.
      const file = 'out/e2e-failures/no-explorer.png';
      await this.page.screenshot({ path: file });
      console.log(`      VS Code showed no explorer (${file}); it is loaded again`);
      await this.page.reload();
      await files.waitFor({ timeout: 60_000 });
    }
  }

  async reload(): Promise<void> {
    await this.open(this.page.url());
  }

  /** Reloads the window as a user does, so that all that it keeps is written first. */
  async reloadWindow(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: 60_000 });
    await this.runCommand('Developer: Reload Window', false);
    await loaded;
    await this.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
  }

  /** Waits until Headlight is there. */
  async headlight(): Promise<void> {
    await this.statusBarItem(/tiny-code-gpt/).waitFor();
  }

  /** Shows the explorer, once Headlight is there: a menu opened before lacks its entries. */
  async showExplorer(): Promise<void> {
    await this.headlight();
    await this.page.keyboard.press('Control+Shift+E');
  }

  /** A file or folder as the explorer shows it. */
  explorerEntry(name: string): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name });
  }

  /** What the webview and its frame complained about in the console: violations of the policy, errors. */
  get consoleErrors(): readonly string[] {
    return this.complaints;
  }

  /**
   * Runs a command by its title in the command palette.
   * @param closes whether the quick input is gone afterwards: not where the command itself asks something there
   */
  async runCommand(title: string, closes = true): Promise<void> {
    for (let tries = 0; ; tries++) {
      await this.typeInto('F1', `>${title}`);
      try {
        return await this.pick(`>${title}`, title, closes);
      } catch (error) {
        // What loads may take the focus in between, too, and close the list before anything was chosen.
        if (tries === 2 || (await this.quickInput().isVisible())) throw error;
      }
    }
  }

  /** Like {@link runCommand}; answers the moment (`performance.now()`) at which the command was chosen. */
  async startCommand(title: string): Promise<number> {
    await this.typeInto('F1', `>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title }).waitFor();
    const now = performance.now();
    await this.quickInput().press('Enter');
    return now;
  }

  /** Opens a quick input by its key. A webview that takes the focus in that moment swallows keys: then once more. */
  private async openQuickInput(key: string): Promise<void> {
    // The one before fades away.
    await this.quickInput()
      .waitFor({ state: 'hidden', timeout: 3000 })
      .catch(() => undefined);
    for (let tries = 0; tries < 5 && !(await this.quickInput().isVisible()); tries++) {
      await this.page.keyboard.press(key);
      await this.quickInput()
        .waitFor({ timeout: 3000 })
        .catch(() => undefined);
    }
  }

  /** Closes a quick input that is open. */
  async dismissQuickInput(): Promise<void> {
    if (await this.quickInput().isVisible()) await this.quickInput().press('Escape');
  }

  /** Opens a quick input and types; once more where something that loads takes the focus meanwhile and so closes it. */
  private async typeInto(key: string, text: string): Promise<void> {
    for (let tries = 0; tries < 3; tries++) {
      await this.openQuickInput(key);
      try {
        await this.quickInput().fill(text, { timeout: 5000 });
        return;
      } catch (error) {
        if (tries === 2) throw error;
      }
    }
  }

  /** Types into the open quick input and takes the entry that reads so. */
  async pick(text: string, entry: string, closes = true): Promise<void> {
    await this.quickInput().fill(text, { timeout: 10_000 });
    const rows = '.quick-input-list .monaco-list-row';
    // Where something that loads takes the focus and so closes the list, that is known at once.
    const closed = this.quickInput()
      .waitFor({ state: 'hidden' })
      .then(() => {
        throw new Error(`The list was closed before “${entry}” was chosen.`);
      });
    await Promise.race([this.page.locator(rows, { hasText: entry }).first().waitFor(), closed]);
    // While the list is filtered a row becomes another entry's, and a click would miss: the best match has the focus.
    if (text !== '' && (await this.isFocused(entry))) await this.quickInput().press('Enter');
    else await this.page.locator(rows, { hasText: entry }).first().click();
    if (closes) await this.quickInput().waitFor({ state: 'hidden' });
  }

  /** Whether the entry is the list's best match, which has the focus: no more where another has kept it for a while. */
  private async isFocused(entry: string): Promise<boolean> {
    const focused = this.page.locator('.quick-input-list .monaco-list-row.focused');
    let [other, since] = ['', Date.now()];
    while (Date.now() - since < 800) {
      if ((await focused.filter({ hasText: entry }).count()) > 0) return true;
      const label = (await focused.allInnerTexts()).join();
      if (label !== other) [other, since] = [label, Date.now()];
      await this.page.waitForTimeout(50);
    }
    return false;
  }

  /**
   * Answers the input box that a command opened.
   * @param closes whether the quick input is gone afterwards
   */
  async answer(text: string, closes = true): Promise<void> {
    const input = this.quickInput();
    // A save dialog puts its own proposal in place once it has read the folder, over what was typed by then.
    for (let calm = 0; calm < 3;) {
      if ((await input.inputValue()) === text) calm++;
      else {
        await input.fill(text);
        calm = 0;
      }
      await this.page.waitForTimeout(100);
    }
    await input.press('Enter');
    if (closes) await input.waitFor({ state: 'hidden' });
  }

  /**
   * Opens a file of the workspace and waits for its text.
   * @param text whether it opens in a text editor
   */
  async openFile(file: string, text = true): Promise<void> {
    // In the left editor group, else the file would lie over the panel.
    await this.page.keyboard.press('Control+1');
    const name = file.split('/').at(-1) ?? file;
    await this.typeInto('Control+P', file);
    await this.pick(file, name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    if (text) await this.editor().locator('.view-line').first().waitFor();
  }

  /** Selects whole lines of the active editor, from the first's start to the last's end. */
  async selectLines(first: number, last: number): Promise<void> {
    await this.goTo(first);
    for (let line = first; line < last; line++) await this.page.keyboard.press('Shift+ArrowDown');
    await this.page.keyboard.press('Shift+End');
    await this.status(new RegExp(`^Ln ${last}, .+selected`)).waitFor();
  }

  /** Places the caret in the active editor (both count from 1). */
  async goTo(line: number, column = 1): Promise<void> {
    // Not the column: there a tab counts as the columns it takes.
    const there = this.status(new RegExp(`^Ln ${line}, Col \\d+$`));
    for (let tries = 0; ; tries++) {
      await this.typeInto('Control+G', `:${line}:${column}`);
      try {
        await this.quickInput().press('Enter', { timeout: 5000 });
        return await there.waitFor({ timeout: tries === 2 ? 30_000 : 5000 });
      } catch (error) {
        if (tries === 2) throw error;
        // A panel that was loading had taken the focus from the editor.
        await this.page.keyboard.press('Escape');
        await this.focusEditor();
      }
    }
  }

  /** What the status bar says of the caret and the selection. */
  status(text: RegExp): Locator {
    return this.page.locator('#status\\.editor\\.selection', { hasText: text });
  }

  /** Right-clicks into the first line of the active editor. */
  async openContextMenu(): Promise<void> {
    await this.editor()
      .locator('.view-line')
      .first()
      .click({ button: 'right', position: { x: 60, y: 8 } });
  }

  /** The places in the text that Headlight highlights. */
  get highlights(): Locator {
    return this.editor().locator('.view-overlays [class*="TextEditorDecorationType"]').filter({ visible: true });
  }

  /** An entry of the menu that is open. */
  menuEntry(label: string): Locator {
    return this.page.locator('.context-view .action-label').filter({ hasText: new RegExp(`^${label}$`) });
  }

  /** Opens the menu of something and chooses an entry. */
  async chooseFromMenu(of: Locator, label: string): Promise<void> {
    const entry = this.menuEntry(label);
    // Right after the start a menu may open before VS Code has read what extensions put into it.
    for (let tries = 0; ; tries++) {
      await of.click({ button: 'right' });
      const there = await entry.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (there || tries === 5) break;
      await this.page.keyboard.press('Escape');
    }
    // A menu takes no click in the moment in which it opens: then once more.
    await entry.hover();
    for (let tries = 0; tries < 5 && (await entry.isVisible()); tries++) {
      await this.page.waitForTimeout(200);
      await entry.click({ timeout: 3000 }).catch(() => undefined);
      await entry.waitFor({ state: 'hidden', timeout: 1000 }).catch(() => undefined);
    }
  }

  /** The text editor that is seen, left of the panel. */
  editor(): Locator {
    return this.page.locator('.editor-group-container .editor-instance .monaco-editor').first();
  }

  /** Puts the focus into the editor, not the panel. */
  async focusEditor(): Promise<void> {
    await this.editor()
      .locator('.view-line')
      .first()
      .click({ position: { x: 2, y: 8 } });
  }

  /** Chooses a colour theme by its name, and waits until the window and all webviews in sight have it. */
  async chooseTheme(theme: keyof typeof themes): Promise<void> {
    // By its keys: the palette has the command among many of like names.
    for (let tries = 0; tries < 5 && !(await this.quickInput().isVisible()); tries++) {
      await this.page.keyboard.press('Control+K');
      await this.page.keyboard.press('Control+T');
      await this.quickInput()
        .waitFor({ timeout: 3000 })
        .catch(() => undefined);
    }
    await this.pick(theme, theme);
    const kind = themes[theme];
    await this.page.locator(`.monaco-workbench.${workbenchClasses[kind]}`).waitFor();
    const attribute = 'data-vscode-theme-kind';
    for (const frame of this.page.frames()) {
      const themed = await frame
        .locator(`body[${attribute}]`)
        .isVisible()
        .catch(() => false);
      // Frames come and go meanwhile.
      if (themed) await frame.waitForSelector(`body[${attribute}="${kind}"]`, { timeout: 5000 }).catch(() => undefined);
    }
  }

  /** Makes the window so wide that a webview has a width in CSS pixels: the editor beside it grows and shrinks, too. */
  async widen(webview: Frame, width: number): Promise<void> {
    const { page } = this;
    let last: { window: number; wide: number } | undefined;
    let pace = 1;
    for (let tries = 0; tries < 20; tries++) {
      const wide = await this.calmWidth(webview, last?.wide);
      if (Math.abs(wide - width) <= 2) return;
      const size = page.viewportSize()!;
      // What the window must grow by for the webview to grow by one, from the step before.
      const grown = last && wide - last.wide;
      if (last && grown) pace = Math.min(4, Math.max(0.5, (size.width - last.window) / grown));
      last = { window: size.width, wide };
      await page.setViewportSize({ ...size, width: Math.max(300, Math.round(size.width + pace * (width - wide))) });
    }
    throw new Error(`The panel did not get ${width} pixels wide.`);
  }

  /** A webview's width once it does not change any more: it is another than before, or stays. */
  private async calmWidth(webview: Frame, before: number | undefined): Promise<number> {
    let wide = NaN;
    for (let calm = 0, looks = 0; calm < 3 || (wide === before && looks < 8); looks++) {
      const now = await webview.evaluate(() => innerWidth);
      calm = now === wide ? calm + 1 : 0;
      wide = now;
      await this.page.waitForTimeout(50);
    }
    return wide;
  }

  async selectAll(): Promise<void> {
    await this.focusEditor();
    await this.page.keyboard.press('Control+A');
    await this.status(/selected/).waitFor();
  }

  /** An editor's tab, by its label. */
  tab(label: string): Locator {
    return this.page.locator(`.tab[aria-label^="${label}"]`);
  }

  /** Opens Headlight's part of the sidebar. */
  async showSidebar(): Promise<void> {
    // A click on the view that is shown hides the sidebar.
    if (!(await this.pane('Models').isVisible())) {
      await this.page.locator('.activitybar .action-label[aria-label^="Headlight"]').click();
    }
    await this.pane('Models').locator('.monaco-list-row').first().waitFor();
  }

  /** A view of the sidebar; its header may tell more than its name. */
  pane(name: string): Locator {
    return this.page.locator('.sidebar .pane', { has: this.page.locator(`.pane-header[aria-label^="${name}"]`) });
  }

  /** Closes views of the sidebar: a list shows only the rows that are in view. */
  async closePanes(...names: string[]): Promise<void> {
    for (const name of names) {
      await this.pane(name)
        .locator('.pane-header')
        .click({ position: { x: 60, y: 10 } });
    }
  }

  /** The tree in a view of the sidebar. */
  tree(name: string): Locator {
    return this.pane(name).locator('.monaco-list');
  }

  /** An entry of the status bar. */
  statusBarItem(text: RegExp): Locator {
    return this.page.locator('.statusbar-item[id^="headlight"]', { hasText: text });
  }

  /** Chooses the model that explains from now on. */
  async useModel(model: string): Promise<void> {
    await this.runCommand('Headlight: Choose Model…', false);
    await this.pick(model, model);
    await this.statusBarItem(new RegExp(model)).waitFor();
  }

  /** A notification on screen. */
  notification(text: RegExp): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item-message', { hasText: text });
  }

  async dismissNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  /** The document of Headlight's panel, once it is there. */
  async headlightFrame(element: string | ((frame: Frame) => Locator) = 'headlight-attention'): Promise<Frame> {
    const end = Date.now() + 60_000;
    while (Date.now() < end) {
      for (const frame of this.page.frames()) {
        const found = await (typeof element === 'string' ? frame.locator(element) : element(frame))
          .count()
          .catch(() => 0);
        if (found > 0) return frame;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error('Headlight shows no panel.');
  }

  /**
   * Keeps what is on screen, for reviewers: out/shots/NAME.png. Pictures of the README are copied from there into media/screenshots/ by hand.
   * @param pointer whether what is under the pointer belongs to the picture
   */
  async screenshot(name: string, pointer = false): Promise<void> {
    if (!pointer) {
      await this.page.mouse.move(640, 560);
      await this.hideHovers();
    }
    await this.page.screenshot({ path: `out/shots/${name}.png`, animations: 'disabled', caret: 'hide' });
  }

  /** VS Code shows a hover for what has the focus, too, and leaves it there while the pointer is elsewhere; a key that means nothing to it hides that. */
  private async hideHovers(): Promise<void> {
    const hover = this.page.locator('.workbench-hover-container');
    for (let tries = 0; tries < 10; tries++) {
      try {
        await hover.waitFor({ state: 'hidden', timeout: 1000 });
        return;
      } catch {
        await this.page.keyboard.press('NumLock');
        await this.page.mouse.move(640 + tries, 559 - tries, { steps: 3 });
      }
    }
    throw new Error(`A hover stays on screen: ${await hover.innerText()}`);
  }

  /** The same in each kind of theme: NAME.png in the dark one that is chosen, NAME-light.png, and of high contrast NAME-hc-dark.png and NAME-hc-light.png. */
  async screenshotInAllThemes(name: string): Promise<void> {
    await this.screenshot(name);
    for (const [theme, short] of otherThemes) {
      await this.chooseTheme(theme);
      // The window fades into it.
      await this.page.waitForTimeout(500);
      await this.screenshot(`${name}-${short}`);
    }
    await this.chooseTheme('Dark Modern');
  }

  async close(): Promise<void> {
    await this.page.close();
  }

  private quickInput(): Locator {
    return this.page.locator('.quick-input-widget input.input');
  }

  /** Keeps errors of webviews; the workbench's own (no network, no marketplace) are not ours. */
  private listen(message: ConsoleMessage): void {
    const text = message.text();
    const { url } = message.location();
    const ours = url === '' || url.includes('vscode-resource') || /content.security.policy/i.test(text);
    if (message.type() === 'error' && ours) this.complaints.push(`${text} (${url})`);
  }
}
