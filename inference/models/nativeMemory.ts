/**
 * Bytes that the process holds outside of JavaScript: libraries, sessions and what the runtime keeps for their runs. What
 * JavaScript does not use any more and has not cleared away is not among them, so that a difference of two tells what was
 * opened between.
 */
export function nativeMemory(): number {
  const { rss, heapTotal, arrayBuffers } = process.memoryUsage();
  return rss - heapTotal - arrayBuffers;
}
