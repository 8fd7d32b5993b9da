/** What the inference process can be at, as it says itself before it begins; `answering` is all that it does not name. */
export type WorkPhase = 'opening' | 'tokenizing' | 'template' | 'running' | 'answering';

/** How long work may take; all in milliseconds. */
export interface WorkTimes {
  /** How long a phase may last. */
  readonly phases: Readonly<Record<WorkPhase, number>>;
  /** How long a request that was asked to stop may take to do so, before the process is ended. */
  readonly grace: number;
  /** How long a process that was asked to end (SIGTERM) may take to do so, before it is killed (SIGKILL). */
  readonly patience: number;
  /** How long a process may say nothing after the user cancelled, before it is ended. */
  readonly cancelled: number;
  /** How often the host looks, while something waits. */
  readonly look: number;
}

/**
 * Every limit on what a model may cost besides memory (`headlight.maximumMemory`), each far above what honest models need on a
 * slow machine: what is ended by one is broken, or was made to hold Headlight up.
 */
export const workLimits = {
  times: {
    phases: {
      // ONNX Runtime opens a model of 4 GB from a slow disk in a minute or two, and says nothing meanwhile.
      opening: 5 * 60_000,
      // A million characters take some 16 s. The process has a limit of its own (`tokenizing` below); this one is behind it.
      tokenizing: 60_000,
      // Twice a template's own limit (`template` below), since it is rendered twice, and room to read what it gave.
      template: 30_000,
      // One piece without a sign of life: 32,000 tokens of a large model at once. Between pieces the time begins anew.
      running: 10 * 60_000,
      // A process that starts on a machine that is busy, or makes a large file, says nothing for half a minute.
      answering: 2 * 60_000,
    },
    grace: 2000,
    patience: 2000,
    cancelled: 2000,
    look: 1000,
  } satisfies WorkTimes,
  /**
   * How long a tokenizer may take for one text. Its patterns come from the model's files, and a pattern such as `(a+)+$` takes
   * longer than the universe has for a line of 50 characters.
   */
  tokenizing: 30_000,
  /** What a chat template, which is a program of the model's files, may take. Honest ones take milliseconds and kilobytes. */
  template: {
    /** Characters of the template itself: the longest of the hub's have some 30,000. */
    source: 1_000_000,
    time: 10_000,
    /** Megabytes, of a process of its own, so that a template that fills it ends that alone. */
    memory: 128,
    /** Characters that it may write: more than any context holds. */
    output: 4_000_000,
  },
  /** The most layers that config.json may name; the largest models have some 130. transformers.js makes names for each. */
  layers: 4096,
  /** The most pixels of a side that preprocessor_config.json or config.json may ask a picture to be made; real models take 2,048 at most. */
  imageSide: 8192,
  /** The most attentions that a graph may hold; ONNX Runtime takes a minute to open 750 that follow on each other, and 15 for 3,000. */
  attentions: 512,
} as const;
