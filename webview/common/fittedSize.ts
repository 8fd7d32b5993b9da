import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** How large an image is drawn in an element: as wide as the element, as high as it may be; small ones are enlarged. */
export class FittedSize implements ReactiveController {
  private width = 0;
  private readonly resizes = new ResizeObserver(([{ contentRect }]) => {
    this.width = contentRect.width;
    this.host.requestUpdate();
  });

  constructor(private readonly host: ReactiveControllerHost & Element) {
    host.addController(this);
  }

  hostConnected(): void {
    this.resizes.observe(this.host);
  }

  hostDisconnected(): void {
    this.resizes.disconnect();
  }

  /** Width and height in CSS pixels, a border of one at each side not counted. */
  of({ width, height }: { readonly width: number; readonly height: number }, mostHeight: number): [number, number] {
    const scale = Math.min(Math.max(40, this.width - 2) / width, mostHeight / height);
    return [Math.max(1, width * scale), Math.max(1, height * scale)];
  }
}
