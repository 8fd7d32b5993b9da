import type { Frame, Locator } from 'playwright-core';
import type { Workbench } from './workbench';

/** The attention panel, read and driven as a user does. */
export class AttentionPanel {
  private constructor(private readonly workbench: Workbench, readonly frame: Frame) {}

  /** The panel of a window, once it is there. */
  static async find(workbench: Workbench): Promise<AttentionPanel> {
    return new AttentionPanel(workbench, await workbench.headlightFrame());
  }

  /** The top line's words on the text, its tokens and the time. */
  title(text: RegExp): Locator {
    return this.frame.locator('headlight-bar .title', { hasText: text });
  }

  /** The matrix of the chosen head. */
  get matrix(): Locator {
    return this.frame.getByRole('application');
  }

  /** What the chosen head is called: "Head 2.1". */
  get headName(): Promise<string> {
    return this.frame.locator('section.matrix h2').innerText().then(text => /\d+\.\d+/.exec(text)?.[0] ?? text);
  }

  /** Chooses a head by its thumbnail. */
  async chooseHead(name: string): Promise<void> {
    await this.frame.getByRole('gridcell', { name: `Head ${name}`, exact: true }).click();
  }

  /** The tokens of the text. */
  get tokens(): Locator {
    return this.frame.getByRole('listbox', { name: 'Tokens of the text' }).getByRole('option');
  }

  /** The index of the token that is looked from. */
  async query(): Promise<number> {
    return Number(await this.frame.locator('headlight-text [role=option][aria-selected=true]').getAttribute('data-index'));
  }

  /** What is read out: "query 25 item, key 16 of, weight 0.61". */
  get spoken(): Locator {
    return this.frame.locator('[aria-live=polite]');
  }

  /** The note beside what is pointed at. */
  get tip(): Locator {
    return this.frame.locator('headlight-tip');
  }

  /** Waits until the matrix of a run is painted and its fonts are there. */
  async picture(): Promise<void> {
    await this.matrix.waitFor();
    await this.frame.waitForFunction(isPainted);
  }

  /** Presses keys with the focus on the matrix. */
  async press(...keys: string[]): Promise<void> {
    await this.matrix.focus();
    for (const key of keys) await this.workbench.page.keyboard.press(key);
  }

  /** What is read out, once it reads so. */
  async said(text: RegExp): Promise<string> {
    await this.spoken.getByText(text).waitFor();
    return this.spoken.innerText();
  }

  /** Looks from a token. */
  async chooseToken(index: number): Promise<void> {
    await this.tokens.nth(index).focus();
    await this.workbench.page.keyboard.press('Enter');
    await this.queryIs(index);
  }

  /** Waits until the panel looks from a token. */
  async queryIs(index: number): Promise<void> {
    await this.frame.locator(`headlight-text [role=option][aria-selected=true][data-index="${index}"]`).waitFor();
  }

  /** The row of the token that is looked from, as the table gives it. */
  async table(): Promise<{ key: number; weight: number }[]> {
    await this.frame.getByRole('button', { name: 'Show the row as a table' }).click();
    const rows = this.frame.locator('headlight-row-table tbody tr');
    await rows.first().waitFor();
    const result = [];
    for (const text of await rows.allInnerTexts()) {
      const cells = text.split('\t');
      result.push({ key: Number(cells[0]), weight: Number(cells.at(-1)) });
    }
    await this.frame.getByRole('button', { name: 'Show the row as a table' }).click();
    return result;
  }

  /** Points at the cell in a part of the matrix (0 to 1, from left and top): what the note beside it says. */
  async hoverCell(x: number, y: number): Promise<{ query: number; key: number; weight: number }> {
    const box = await this.matrix.locator('.ring').evaluate(ring => {
      const { left, top, width, height } = (ring as HTMLElement).style;
      return [left, top, width, height].map(parseFloat);
    });
    await this.matrix.hover({ position: { x: box[0] + x * box[2], y: box[1] + y * box[3] } });
    const note = await this.tip.getByText(/row \d+/).innerText();
    const weight = Number(await this.tip.locator('b').innerText());
    return { query: Number(/row (\d+)/.exec(note)?.[1]), key: Number(/column (\d+)/.exec(note)?.[1]), weight };
  }
}

/** Whether the matrix's canvas holds more than one colour. Runs in the webview. */
function isPainted(): boolean {
  if (document.fonts.status !== 'loaded') return false;
  const run = document.querySelector('headlight-attention')?.shadowRoot?.querySelector<HTMLElement>('headlight-run');
  // What holds the place of a run is out of reach.
  if (run?.inert !== false) return false;
  const canvas = run?.shadowRoot?.querySelector('headlight-matrix')?.shadowRoot?.querySelector('canvas');
  const context = canvas?.getContext('2d');
  if (!canvas || !context || canvas.width === 0) return false;
  const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  return pixels.some(pixel => pixel !== pixels[0]);
}
