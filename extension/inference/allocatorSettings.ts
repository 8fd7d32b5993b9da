/**
 * What the C library of Linux is told by the environment: to give memory back to the system as soon as it is freed, so that a
 * model that was closed leaves room for the next (docs/performance.md). Others do not read it.
 */
export const allocatorSettings = {
  MALLOC_MMAP_THRESHOLD_: String(2 ** 17),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 25),
} as const;
