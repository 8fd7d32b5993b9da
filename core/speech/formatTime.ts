/** A moment as `m:ss.s`, from an hour on `h:mm:ss.s`; there is none before the first. */
export function formatTime(seconds: number, digits = 1): string {
  const unit = 10 ** digits;
  const rounded = Math.max(0, Math.round(seconds * unit) / unit);
  const [hours, minutes] = [Math.floor(rounded / 3600), Math.floor(rounded / 60) % 60];
  const rest = (rounded % 60).toFixed(digits).padStart(digits === 0 ? 2 : digits + 3, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** A moment as subtitles have it: `00:00:01.250`, with a comma in SRT. */
export function subtitleTime(seconds: number, separator: '.' | ','): string {
  const total = Math.max(0, Math.round(seconds * 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(total / 3_600_000))}:${two(Math.floor(total / 60_000) % 60)}:${two(Math.floor(total / 1000) % 60)}${separator}${String(total % 1000).padStart(3, '0')}`;
}
