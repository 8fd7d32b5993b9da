import { type CellRange, rangeBetween } from '../../core/attention/cellRange';
import type { Cell } from '../run/events';
import { type FittedMatrix, mostZoom, panBy } from './matrixViewport';
import { type MatrixViewport } from '../run/choice';

/** What the pointer's gestures are made on. */
export interface GestureTarget {
  /** The element that the pointer is on. */
  readonly frame: HTMLElement;
  readonly viewport: MatrixViewport;
  readonly size: FittedMatrix | undefined;
  /** Whether dragging brushes a range without Shift. */
  readonly brushing: boolean;
  see(viewport: MatrixViewport): void;
  zoomBy(factor: number, at?: { readonly clientX: number; readonly clientY: number }): void;
  /** The cell nearest to a point of the window. */
  nearest(event: MouseEvent): Required<Cell> | undefined;
  /** The pointer moves over the matrix, pressed or not; undefined while it is dragged. */
  hover(event: PointerEvent | undefined): void;
  brush(range: CellRange): void;
}

/** Farther than this, in CSS pixels, is a drag and no click. */
const least = 3;

/** The button is held: since when, whether it moved, and where a range begins that is brushed. */
interface Drag {
  x: number;
  y: number;
  moved: boolean;
  readonly corner?: Required<Cell>;
}

/** Zooms with Ctrl and the wheel, a pinch or a double click; pans with the wheel or by dragging; brushes with Shift. */
export class MatrixGestures {
  private drag?: Drag;

  constructor(private readonly target: GestureTarget) {}

  /** Whether the click that comes now ends a drag. */
  get dragged(): boolean {
    return this.drag?.moved === true;
  }

  readonly onWheel = (event: WheelEvent): void => {
    const { target } = this;
    const { size, viewport: before } = target;
    if (!size) return;
    // A pinch on a touchpad arrives as a wheel with Ctrl.
    const zooms = event.ctrlKey || event.metaKey;
    if (zooms) {
      target.zoomBy(Math.exp(-event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 0.06 : 0.004)), event);
    } else if (before.zoom > 1) {
      target.see(
        event.shiftKey
          ? panBy(before, event.deltaY, event.deltaX, size)
          : panBy(before, event.deltaX, event.deltaY, size),
      );
    }
    if (zooms || target.viewport !== before) event.preventDefault();
  };

  readonly onDoubleClick = (event: MouseEvent): void => {
    const { size } = this.target;
    if (size && mostZoom(size) > 1) this.target.zoomBy(event.shiftKey ? 0.5 : 2, event);
  };

  readonly onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const { target } = this;
    const corner = event.shiftKey || target.brushing ? target.nearest(event) : undefined;
    this.drag = { x: event.clientX, y: event.clientY, moved: false, corner };
    if (corner || target.viewport.zoom > 1) target.frame.setPointerCapture(event.pointerId);
  };

  readonly onUp = (event: PointerEvent): void => {
    // Where the last movement was not told, the range still ends where the button was let go.
    if (this.drag?.moved && event.type === 'pointerup') this.brushTo(event, this.drag);
    // The click that ends a drag comes right after.
    setTimeout(() => {
      this.drag = undefined;
    });
  };

  readonly onMove = (event: PointerEvent): void => {
    const { drag, target } = this;
    const { size } = target;
    const far =
      drag &&
      event.buttons === 1 &&
      size &&
      (drag.moved || Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > least);
    if (!far || (!drag.corner && target.viewport.zoom === 1)) {
      target.hover(event);
      return;
    }
    if (drag.corner) {
      this.brushTo(event, drag);
      drag.moved = true;
      return;
    }
    target.see(panBy(target.viewport, drag.x - event.clientX, drag.y - event.clientY, size));
    Object.assign(drag, { x: event.clientX, y: event.clientY, moved: true });
    target.hover(undefined);
  };

  private brushTo(event: PointerEvent, { corner }: Drag): void {
    const cell = corner && this.target.nearest(event);
    if (corner && cell) this.target.brush(rangeBetween(corner, cell));
  }
}
