const mostControls = 0.1;

/**
 * Says in a sentence why a text is no text but binary data: it holds NUL, or more than a tenth of it are control
 * characters (other than tab, line breaks and form feed) or characters that could not be decoded. Undefined for text.
 */
export function describeBinary(text: string): string | undefined {
  let controls = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0) return 'This looks like binary data: it holds NUL characters. Select text or code instead.';
    if (isControl(unit)) controls++;
  }
  if (controls <= text.length * mostControls) return undefined;
  const share = Math.round((controls / text.length) * 100);
  return `This looks like binary data: ${share} % of it are control characters or bytes that are no text. Select text or code instead.`;
}

function isControl(unit: number): boolean {
  if (unit === 0x09 || unit === 0x0a || unit === 0x0c || unit === 0x0d) return false;
  return unit < 0x20 || (unit >= 0x7f && unit < 0xa0) || unit === 0xfffd;
}
