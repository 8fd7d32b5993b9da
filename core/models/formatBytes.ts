/** A size for people, in decimal units as file managers write them: `640 KB`, `82 MB`, `1.3 GB`; what is no size is `an unknown size`. */
export function formatBytes(bytes: number): string {
  if (!(bytes >= 0 && bytes < Infinity)) return 'an unknown size';
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} KB`;
  if (bytes < 1e9) return `${bytes < 1e7 ? (bytes / 1e6).toFixed(1) : Math.round(bytes / 1e6)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
