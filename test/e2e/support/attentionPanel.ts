import type { Frame, Locator } from 'playwright-core';
import type { Workbench } from './workbench';

/** The attention panel, read and driven as a user does. */
export class AttentionPanel {
  private constructor(readonly workbench: Workbench, readonly frame: Frame) {}

  /** The panel of a window, once it is there. */
  static async find(workbench: Workbench): Promise<AttentionPanel> {
    return new AttentionPanel(workbench, await workbench.headlightFrame());
  }

  /** What the top line says of the text. */
  title(text: RegExp): Locator {
    return this.frame.getByText(text).first();
  }

  /** The matrix of the chosen head. */
  get matrix(): Locator {
    return this.frame.getByRole('application');
  }

  /** Waits until the matrix is painted. */
  async picture(): Promise<void> {
    await this.matrix.waitFor();
    await this.frame.waitForFunction(isPainted);
  }
}

/** Whether the matrix's canvas holds more than one colour. Runs in the webview. */
function isPainted(): boolean {
  const matrix = document.querySelector('headlight-attention')?.shadowRoot?.querySelector('headlight-matrix');
  const canvas = matrix?.shadowRoot?.querySelector('canvas');
  const context = canvas?.getContext('2d');
  if (!canvas || !context || canvas.width === 0) return false;
  const pixels = new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer);
  return pixels.some(pixel => pixel !== pixels[0]);
}
