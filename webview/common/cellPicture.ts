import { css, LitElement } from 'lit';
import { property, query } from 'lit/decorators.js';
import type { ImageRegion } from '../../core/images/image';
import type { Rgb } from '../../core/export/pictureColors';
import { fitCanvas } from './canvas';
import { FittedSize } from './fittedSize';
import { frameStyles } from './frame.styles';
import { sharedStyles } from './styles';
import { type Theme, ThemeController } from './theme';

/** What an image with heat is drawn with: its context, the theme, the heat's colour, and a part of the image in CSS pixels. */
export interface CellPainter {
  readonly context: CanvasRenderingContext2D;
  readonly theme: Theme;
  readonly color: Rgb;
  readonly rectangle: (region: ImageRegion) => readonly [x: number, y: number, width: number, height: number];
}

/** An image with a canvas over it, in a `.frame`: for heat on the image's cells. */
export abstract class CellPicture extends LitElement {
  static override styles = [
    sharedStyles,
    frameStyles,
    css`
      .frame {
        box-sizing: content-box;
        max-width: 100%;
        cursor: crosshair;
      }
      img {
        display: block;
        width: 100%;
        height: 100%;
        user-select: none;
      }
      canvas {
        position: absolute;
        inset: 0;
        pointer-events: none;
      }
    `,
  ];

  @property() source = '';
  /** [cell] */
  @property({ attribute: false }) heat?: Float32Array;
  /** The cell that is marked. */
  @property({ attribute: false }) cell?: number;
  @property() label = '';
  /** In CSS pixels. */
  @property({ attribute: false }) mostHeight = 480;

  @query('canvas') private readonly canvas!: HTMLCanvasElement;
  @query('.frame') protected readonly frame!: HTMLElement;
  private readonly themes = new ThemeController(this);
  private readonly fitted = new FittedSize(this);

  /** The image's own size. */
  protected abstract readonly image: { readonly width: number; readonly height: number };

  /** Width and height in CSS pixels. */
  protected get size(): [number, number] {
    return this.fitted.of(this.image, this.mostHeight);
  }

  /** What to draw with on the canvas, which is cleared; undefined where nothing can be drawn. */
  protected painter(): CellPainter | undefined {
    const [width, height] = this.size;
    const context = fitCanvas(this.canvas, width, height);
    if (!context) return undefined;
    const { theme } = this.themes;
    return {
      context,
      theme,
      color: theme.heat.colors[theme.heat.colors.length - 1],
      rectangle: region => [region.left * width, region.top * height, region.width * width, region.height * height],
    };
  }

  /** Where the pointer is in the picture, as parts of its width and height; outside it below 0 or above 1. */
  protected partsAt({ clientX, clientY }: MouseEvent): { x: number; y: number } {
    const { left, top, width, height } = this.frame.getBoundingClientRect();
    return { x: (clientX - left) / width, y: (clientY - top) / height };
  }
}
