import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Gives a component its own width in CSS pixels, and renders it again when that changes. 0 until it is known. */
export class WidthController implements ReactiveController {
  /** Not rounded. */
  protected exact = 0;

  private readonly resizes = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === this.exact) return;
    this.exact = contentRect.width;
    this.host.requestUpdate();
  });

  constructor(private readonly host: ReactiveControllerHost & Element) {
    host.addController(this);
  }

  /** In whole pixels. */
  get width(): number {
    return Math.floor(this.exact);
  }

  hostConnected(): void {
    this.resizes.observe(this.host);
  }

  hostDisconnected(): void {
    this.resizes.disconnect();
  }
}
