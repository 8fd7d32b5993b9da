import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import type { Frame, Locator } from 'playwright-core';
import type { Workbench } from './workbench';

/** Names along an axis stand so far apart at least, in CSS pixels. */
const leastPitch = 10.5;

/** The attention panel, read and driven as a user does, once it is found. */
export class AttentionPanel {
  private found?: Frame;

  constructor(private readonly workbench: Workbench) {}

  /** The panel of a window: see {@link find}. */
  static find(workbench: Workbench, title?: RegExp): Promise<AttentionPanel> {
    return new AttentionPanel(workbench).find(title);
  }

  /**
   * Waits for the panel, and is it from then on.
   * @param title of several panels, that which is entitled so
   */
  async find(title?: RegExp): Promise<this> {
    const of = title && ((frame: Frame) => frame.locator('headlight-bar .title', { hasText: title }));
    this.found = await this.workbench.headlightFrame(of);
    return this;
  }

  /** Its document. */
  get frame(): Frame {
    if (!this.found) throw new Error('The panel is not found yet.');
    return this.found;
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
    return this.frame
      .locator('section.matrix h2')
      .innerText()
      .then(text => /\d+\.\d+/.exec(text)?.[0] ?? text);
  }

  /** Waits until this head is the chosen one. */
  async headIs(name: string): Promise<void> {
    await this.frame.locator('section.matrix h2', { hasText: name }).waitFor();
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
    return Number(
      await this.frame.locator('headlight-text [role=option][aria-selected=true]').getAttribute('data-index'),
    );
  }

  /** What is read out: "query 25 item, key 16 of, weight 0.61". */
  get spoken(): Locator {
    return this.frame.locator('[aria-live=polite]');
  }

  /** The note beside what is pointed at. */
  get tip(): Locator {
    return this.frame.locator('headlight-hover-note');
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
    await this.tokens.nth(index).press('Enter');
    await this.queryIs(index);
  }

  /** Waits until the panel looks from a token. */
  async queryIs(index: number): Promise<void> {
    await this.frame.locator(`headlight-text [role=option][aria-selected=true][data-index="${index}"]`).waitFor();
  }

  /** Makes the window so wide that the panel has a width in CSS pixels: the editor beside it grows and shrinks, too. */
  async widen(width: number): Promise<void> {
    await this.workbench.widen(this.frame, width);
  }

  /** Chooses the picture. */
  async show(
    tab: 'Matrix' | 'Lines' | 'Text' | 'Steps' | 'Compare' | 'Logit Lens' | 'Cause' | 'Mechanisms' | 'Block' | 'Cost',
  ): Promise<void> {
    await this.frame.getByRole('tab', { name: tab, exact: true }).click();
  }

  /** Saves through the export menu, and reads what was saved. */
  async save(entry: RegExp, file: string): Promise<Buffer> {
    await rm(file, { force: true });
    await this.frame.getByRole('button', { name: 'Export' }).click();
    await this.frame.getByRole('menuitem', { name: entry }).click();
    await this.workbench.answer(file);
    for (let i = 0; i < 100 && !(existsSync(file) && statSync(file).size > 0); i++) {
      await this.workbench.page.waitForTimeout(100);
    }
    await this.said(/saved/);
    return readFile(file);
  }

  /** The names along the matrix as they are drawn, with their places in CSS pixels: those of rows stand below, those of columns beside each other. */
  async axisLabels(): Promise<Record<'rows' | 'columns', readonly { text: string; at: number }[]>> {
    await this.frame.evaluate(recordText);
    await this.press('+');
    // What comes back to the same view within a frame is not painted again.
    await this.frame.evaluate(
      () =>
        new Promise(painted => {
          requestAnimationFrame(() => {
            requestAnimationFrame(() => {
              setTimeout(painted, 100);
            });
          });
        }),
    );
    await this.frame.evaluate(() => {
      (window as unknown as Recorded).drawn = [];
    });
    await this.press('0');
    await this.frame.waitForFunction(() => (window as unknown as Recorded).drawn.length > 0);
    return this.frame.evaluate(takeText);
  }

  /** {@link axisLabels}, of which none lies over another on either axis. */
  async readableAxes(): Promise<Awaited<ReturnType<AttentionPanel['axisLabels']>>> {
    const labels = await this.axisLabels();
    for (const axis of ['rows', 'columns'] as const) {
      const places = labels[axis].map(({ at }) => at);
      assert.ok(places.length > 0, axis);
      places
        .slice(1)
        .forEach((place, i) =>
          assert.ok(place - places[i] >= leastPitch, `${axis}: ${JSON.stringify(labels[axis].slice(i, i + 2))}`),
        );
    }
    return labels;
  }

  /** The names of what Tab leads to from the picture's tab on, each with whether one sees that it has the focus. */
  async tabStops(most = 60): Promise<{ name: string; seen: boolean }[]> {
    await this.frame.locator('headlight-tabs [aria-selected=true]').focus();
    // After a click a browser shows no focus until a key moves it.
    for (const key of ['Tab', 'Shift+Tab']) await this.workbench.page.keyboard.press(key);
    const stops = [];
    for (let i = 0; i < most; i++) {
      const stop = await this.frame.evaluate(focusedElement);
      if (!stop) break;
      stops.push(stop);
      await this.workbench.page.keyboard.press('Tab');
    }
    return stops;
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

interface Recorded {
  drawn: { text: string; row: boolean; x: number; y: number }[];
  stopRecording: () => void;
}

/** Keeps what is written on the matrix's lower canvas from now on. Runs in the webview. */
function recordText(): void {
  const { prototype } = CanvasRenderingContext2D;
  // Called with its canvas below.
  // eslint-disable-next-line @typescript-eslint/unbound-method
  const { fillText } = prototype;
  const recorded = window as unknown as Recorded;
  recorded.drawn = [];
  recorded.stopRecording = () => {
    prototype.fillText = fillText;
  };
  prototype.fillText = function (text, x, y) {
    const { a, b, c, d, e, f } = this.getTransform();
    const columnsTurn = b !== 0;
    if (this.canvas.matches('.under') && (columnsTurn || this.textAlign === 'right') && text !== 'mean') {
      recorded.drawn.push({
        text,
        row: !columnsTurn,
        x: (a * x + c * y + e) / devicePixelRatio,
        y: (b * x + d * y + f) / devicePixelRatio,
      });
    }
    fillText.call(this, text, x, y);
  };
}

/** What was written last on either axis. Runs in the webview. */
function takeText(): { rows: { text: string; at: number }[]; columns: { text: string; at: number }[] } {
  const { drawn, stopRecording } = window as unknown as Recorded;
  stopRecording();
  return {
    rows: drawn.filter(({ row }) => row).map(({ text, y }) => ({ text, at: y })),
    columns: drawn.filter(({ row }) => !row).map(({ text, x }) => ({ text, at: x })),
  };
}

/** What has the focus in the webview: its name, and whether a frame shows that; undefined where nothing has. Runs in the webview. */
function focusedElement(): { name: string; seen: boolean } | undefined {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  if (!element || element === document.body) return undefined;
  const framed = (of: Element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(of);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) > 0;
  };
  const host = (element.getRootNode() as ShadowRoot).host?.localName ?? '';
  const label =
    element.getAttribute('aria-label') ?? (element.textContent?.trim() || element.getAttribute('title') || '');
  return {
    name: `${host} ${element.getAttribute('role') ?? element.localName}: ${label.trim().slice(0, 60)}`,
    seen: framed(element) || [...element.querySelectorAll('.ring, .label')].some(framed),
  };
}
