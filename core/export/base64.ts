// A multiple of three, so that the parts can be joined, and few enough for the arguments of one call.
const part = 3 * 8192;

/** Bytes as base64 (RFC 4648, section 4), in the webview as in Node. */
export function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += part) {
    text += btoa(String.fromCharCode(...bytes.subarray(at, at + part)));
  }
  return text;
}
