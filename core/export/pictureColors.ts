/** Red, green, blue: 0 to 255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The colours of a picture; the webview's theme has them all. */
export interface PictureColors {
  readonly background: Rgb;
  readonly foreground: Rgb;
  /** Of what is read second: labels, notes. */
  readonly dim: Rgb;
  /** Of hairlines. */
  readonly line: Rgb;
}

/** A colour for an attribute of SVG: "#1a85ff". Readers older than CSS Color 3 know it too. */
export function hexColor(color: Rgb): string {
  return `#${color
    .map(channel =>
      Math.min(255, Math.max(0, Math.round(channel)))
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}
