import { css, html, LitElement } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import type { SpeechWord, TimeRange } from '../../core/speech/transcript';
import type { WaveformContent } from '../../core/speech/waveformPicture';
import { fitCanvas } from '../common/canvas';
import { componentEvent } from '../common/componentEvent';
import { frameStyles } from '../common/frame.styles';
import { inlineStyle } from '../common/inlineStyle';
import { sharedStyles } from '../common/styles';
import { ThemeController } from '../common/theme';
import { WidthController } from '../common/widthController';
import { paintWaveform, pictureHeight } from './paintWaveform';
import { moved, zoomed, zoomStep } from './timeView';

/**
 * A waveform with the heat of a word. Fires `word-choose` and `word-point` (detail: a word or none), and `view-change`
 * (detail: the stretch of time to show) at Ctrl with the wheel, the wheel, a drag, and the keys + − 0 and arrows; where the
 * content has a `moment`, `time-choose` (detail: seconds) at a click, arrow or page key.
 */
@customElement('headlight-waveform')
export class Waveform extends LitElement {
  static override styles = [
    sharedStyles,
    frameStyles,
    css`
      .frame {
        overflow: hidden;
        cursor: pointer;
        touch-action: pan-y;
      }
      canvas {
        display: block;
        position: absolute;
        inset: 0 auto auto 0;
      }
    `,
  ];

  @property({ attribute: false }) content!: WaveformContent;
  /** How long the audio is. */
  @property({ type: Number }) seconds = 0;
  @property({ attribute: false }) hovered?: SpeechWord;
  @property({ attribute: false }) cursor?: number;
  @property() label = '';

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.frame') private readonly frame!: HTMLElement;
  private readonly themes = new ThemeController(this);
  private readonly room = new WidthController(this);
  private drag?: { readonly x: number; readonly view: TimeRange; moved: boolean };

  override render() {
    return html`<div
      class="frame"
      tabindex="0"
      role="application"
      aria-label=${this.label}
      ${inlineStyle({ height: `${pictureHeight + 2}px` })}
      @pointerdown=${this.onDown}
      @pointermove=${this.onMove}
      @pointerup=${this.onUp}
      @pointercancel=${() => {
        this.drag = undefined;
      }}
      @pointerleave=${() => this.point(undefined)}
      @wheel=${this.onWheel}
      @keydown=${this.onKey}
    >
      <canvas></canvas>
    </div>`;
  }

  protected override updated(): void {
    const width = this.room.width - 2;
    if (width <= 0) return;
    const context = fitCanvas(this.canvas, width, pictureHeight);
    if (context) {
      paintWaveform(context, this.content, width, this.themes.theme, { hovered: this.hovered, cursor: this.cursor });
    }
  }

  private timeAt(event: MouseEvent): number {
    const { left, width } = this.frame.getBoundingClientRect();
    const { start, end } = this.content.view;
    return start + ((event.clientX - left) / width) * (end - start);
  }

  /** The word at a moment; between two words the one that is nearer. */
  private wordAt(time: number): SpeechWord | undefined {
    const distance = ({ start, end }: SpeechWord) => Math.max(start - time, time - end, 0);
    return this.content.words.reduce<SpeechWord | undefined>(
      (best, word) => (best && distance(best) <= distance(word) ? best : word),
      undefined,
    );
  }

  private show(view: TimeRange): void {
    this.dispatchEvent(componentEvent('view-change', view));
  }

  private point(word: SpeechWord | undefined): void {
    this.dispatchEvent(componentEvent('word-point', word));
  }

  private readonly onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    this.drag = { x: event.clientX, view: this.content.view, moved: false };
    this.frame.setPointerCapture(event.pointerId);
  };

  private readonly onMove = (event: PointerEvent) => {
    const { drag } = this;
    if (!drag) {
      this.point(this.wordAt(this.timeAt(event)));
      return;
    }
    const by = ((drag.x - event.clientX) / this.room.width) * (drag.view.end - drag.view.start);
    drag.moved ||= Math.abs(drag.x - event.clientX) > 3;
    if (drag.moved) this.show(moved(drag.view, by, this.seconds));
  };

  private readonly onUp = (event: PointerEvent) => {
    const clicked = this.drag && !this.drag.moved;
    this.drag = undefined;
    if (clicked && this.content.moment !== undefined) {
      this.dispatchEvent(componentEvent('time-choose', this.timeAt(event)));
      return;
    }
    const word = clicked ? this.wordAt(this.timeAt(event)) : undefined;
    if (word) this.dispatchEvent(componentEvent('word-choose', word));
  };

  private readonly onWheel = (event: WheelEvent) => {
    const { view } = this.content;
    const across = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    if (event.ctrlKey || event.metaKey) {
      this.show(zoomed(view, Math.exp(-event.deltaY / 300), this.timeAt(event), this.seconds));
    } else if (across !== 0) this.show(moved(view, (across / this.room.width) * (view.end - view.start), this.seconds));
    else return;
    event.preventDefault();
  };

  private readonly onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { view, chosen, moment, heat } = this.content;
    const steps = { ArrowRight: 1, ArrowLeft: -1, PageDown: 25, PageUp: -25 }[event.key];
    if (moment !== undefined && steps !== undefined && !event.shiftKey) {
      event.preventDefault();
      this.dispatchEvent(componentEvent('time-choose', moment + steps / (heat?.framesPerSecond ?? 50)));
      return;
    }
    const middle =
      chosen && chosen.end > view.start && chosen.start < view.end
        ? (chosen.start + chosen.end) / 2
        : (view.start + view.end) / 2;
    const step = (view.end - view.start) / 10;
    const to = {
      '+': () => zoomed(view, zoomStep, middle, this.seconds),
      '=': () => zoomed(view, zoomStep, middle, this.seconds),
      '-': () => zoomed(view, 1 / zoomStep, middle, this.seconds),
      0: () => ({ start: 0, end: this.seconds }),
      ArrowRight: () => moved(view, step, this.seconds),
      ArrowLeft: () => moved(view, -step, this.seconds),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    this.show(to());
  };
}
