import type { WindowTranscript } from '../speech/transcript';
import type { SpeechWord } from '../speech/transcript';
import type { ReadAudio } from '../speech/transcript';
import type { TimeRange } from '../speech/transcript';
import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { ModelReference } from './inferenceProtocol';
import type { ShownFile } from './shownFile';

/** An audio file: one of this machine, or the bytes of one that lies elsewhere. */
export interface AudioSource {
  /** What messages call it: the file's name. */
  readonly name: string;
  /** An absolute path; absent where `bytes` are given. */
  readonly path?: string;
  readonly bytes?: Uint8Array;
}

/** A window of an audio file, and the model that reads it. */
export interface WindowReference {
  readonly model: ModelReference;
  readonly source: AudioSource;
  /** As {@link ReadAudio.audio}; the file is read again where the process no longer knows it. */
  readonly audio: string;
  readonly window: number;
  /** A code such as `en`; absent: the model guesses. */
  readonly language?: string;
}

/** Whose cross-attention is shown: that of the heads that words are placed by, of all, or of one. */
export type SpeechHeads = 'alignment' | 'all' | { readonly layer: number; readonly head: number | 'all' };

/** Whose attention within the encoder is shown: that of all heads, of a layer's, or of one. */
export type EncoderHeads = Exclude<SpeechHeads, 'alignment'>;

/** What a time looks at in the encoder. */
export interface SoundHeat {
  /** [frame]: of the window, as far as it holds audio. */
  readonly heat: Float32Array;
  /** What goes to the silence that fills the window. */
  readonly rest: number;
}

/** What the extension host asks of the inference process. Each may be cancelled. */
export const SpeechRequest = {
  /** Decodes an audio file and opens the model for it. Fails with one sentence where it is no audio. */
  read: new RequestType<{ model: ModelReference; source: AudioSource }, ReadAudio, void>('speech/read'),
  /** Transcribes one window. */
  transcribe: new RequestType<WindowReference, WindowTranscript, void>('speech/transcribe'),
  /** [frame]: where in its window the decoder looked as it wrote a word: mean over the word's tokens and the heads chosen. */
  heat: new RequestType<WindowReference & { word: number; heads: SpeechHeads }, Float32Array, void>('speech/heat'),
  /** What a frame of a window looks at among the window's frames, in the encoder. */
  soundHeat: new RequestType<WindowReference & { frame: number; heads: EncoderHeads }, SoundHeat, void>(
    'speech/soundHeat',
  ),
  /** [sample]: what the model hears of a stretch of the audio: 16,000 samples a second, one channel. */
  samples: new RequestType<{ source: AudioSource; audio: string } & TimeRange, Float32Array, void>('speech/samples'),
} as const;

/** What the speech panel shows. */
export type SpeechContent =
  | { readonly phase: 'loading'; readonly title: string; readonly file?: ShownFile }
  | { readonly phase: 'failed'; readonly title: string; readonly file?: ShownFile; readonly message: string }
  | {
      readonly phase: 'transcript';
      readonly title: string;
      readonly file: ShownFile;
      readonly read: ReadAudio;
      readonly words: readonly SpeechWord[];
      readonly text: string;
      /** How many of the windows are done; and why not all, where that is so. */
      readonly done: number;
      readonly failure?: string;
      /** As the user chose it, and as the model heard it. */
      readonly chosenLanguage?: string;
      readonly language?: string;
      /** Windows whose end is missing. */
      readonly cut: readonly number[];
      readonly elapsed: number;
    };

/** What its webview asks of the extension host. */
export const SpeechPanelRequest = {
  ready: new RequestType0<SpeechContent, void>('ready'),
  heat: new RequestType<{ window: number; index: number; heads: SpeechHeads }, Float32Array, void>('heat'),
  soundHeat: new RequestType<{ window: number; frame: number; heads: EncoderHeads }, SoundHeat, void>('soundHeat'),
  samples: new RequestType<TimeRange, Float32Array, void>('samples'),
  /** Transcribes again, told the language; undefined: the model guesses. */
  language: new RequestType<{ language?: string }, void, void>('language'),
  stop: new RequestType0<void, void>('stop'),
  save: new RequestType<{ name: string; data: string | Uint8Array }, boolean, void>('save'),
  retry: new RequestType0<void, void>('retry'),
  openLog: new RequestType0<void, void>('openLog'),
} as const;

/** Host → webview: show this instead. */
export const showSpeech = new NotificationType<SpeechContent>('show');
