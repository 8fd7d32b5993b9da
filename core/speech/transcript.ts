import type { ModelInfo } from '../run/explanation';

/** A stretch of the audio, in seconds. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

/** An audio file that was decoded, and how a model will read it. */
export interface ReadAudio {
  /** Names the audio in the process when more is asked about it. */
  readonly audio: string;
  /** Names the sound itself: a hash of what the model reads of it. */
  readonly content: string;
  /** `WAV`, `MP3`, … */
  readonly format: string;
  /** As the file has them; the model reads 16,000 samples a second of one channel. */
  readonly sampleRate: number;
  readonly channels: number;
  readonly seconds: number;
  /** The largest absolute value of each step of 1 / {@link peaksPerSecond} s, 0 to 1. */
  readonly peaks: Float32Array;
  /** What the model reads at once: the audio, cut where it is quiet. */
  readonly windows: readonly TimeRange[];
  readonly model: ModelInfo;
  /** What the model makes of sound: text word after word (Whisper), a symbol of each frame (CTC), or nothing but its encoding. */
  readonly writes: 'text' | 'symbols' | 'nothing';
  /** Languages that the model can be told, as codes; none for a model of one language. */
  readonly languages: readonly string[];
  /** Its decoder's layers and how many heads each has; none of one that writes no text. */
  readonly layers: readonly { readonly layer: number; readonly heads: number }[];
  /** Its encoder's layers, the same. */
  readonly encoderLayers: readonly { readonly layer: number; readonly heads: number }[];
  /** The heads that words are placed by, as [layer, head]; `stated`: the model names them itself; none of one that writes no text. */
  readonly alignment: { readonly heads: readonly (readonly [number, number])[]; readonly stated: boolean };
  /** Columns of cross-attention, and frames of the encoder, a second: 50 for Whisper. */
  readonly framesPerSecond: number;
}

/** So many peaks a second. */
export const peaksPerSecond = 200;

/** A word of a transcript. */
export interface SpeechWord extends TimeRange {
  readonly text: string;
  /** What the model wrote, where a user corrected it. */
  readonly heard?: string;
  /** The product of its tokens' probabilities, 0 to 1; punctuation aside. */
  readonly probability: number;
  /** The window it was heard in, and its place among that window's words. */
  readonly window: number;
  readonly index: number;
  /** Of a model that writes a symbol of each frame: its characters, where each is said. */
  readonly symbols?: readonly SaidSymbol[];
}

/** A character of a word, where a model says it, and the highest probability that it has there. */
export interface SaidSymbol extends TimeRange {
  readonly text: string;
  readonly probability: number;
}

/** What was heard in one window. */
export interface WindowTranscript {
  readonly text: string;
  readonly words: readonly SpeechWord[];
  /** The geometric mean of the probabilities of all its tokens, 0 to 1; 1 for none. */
  readonly confidence: number;
  /** What the model took the language for, or was told. */
  readonly language?: string;
  /** Whether the model wrote until it may write no more: the end is missing. */
  readonly cut: boolean;
  /** Milliseconds. */
  readonly runTime: number;
}
