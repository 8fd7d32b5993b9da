import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc';
import type { FileFormat } from '../export/fileFormat';
import type { ReadAudio, SpeechWord, TimeRange, WindowTranscript } from '../speech/transcript';
import type { WaveformContent } from '../speech/waveformPicture';
import { AskType } from './askType';
import { ExportType } from './exportType';
import { type FilePanelContent, filePanelRequests } from './filePanelProtocol';
import type { ModelReference } from './modelReference';

/** An audio file: one of this machine, or the bytes of one that lies elsewhere. */
export interface AudioSource {
  /** What messages call it: the file's name. */
  readonly name: string;
  /** An absolute path; absent where `bytes` are given. */
  readonly path?: string;
  readonly bytes?: Uint8Array;
}

/** An audio file that a model reads. */
export interface AudioReading {
  readonly model: ModelReference;
  readonly source: AudioSource;
  /** As {@link ReadAudio.audio}; the file is read again where the process no longer knows it. */
  readonly audio: string;
}

/** A window of an audio file, and the model that reads it. */
export interface WindowReference extends AudioReading {
  readonly window: number;
  /** A code such as `en`; absent: the model guesses. */
  readonly language?: string;
}

/** An audio file that was transcribed. */
export interface Transcribed extends AudioReading {
  /** [window]: the language that the model was told, a code such as `en`; absent: it guessed. */
  readonly languages: readonly (string | undefined)[];
}

/** What is shown of a transcript, to be drawn or saved. */
export interface ShownTranscript {
  readonly title: string;
  readonly text: string;
  readonly words: readonly SpeechWord[];
  readonly language?: string;
  readonly read: ReadAudio;
  readonly picture: WaveformContent;
}

/** What a transcript is saved as: `svg` is its waveform, `csv` and `json` its words in time, `srtWords` and `vttWords` subtitles of a word a cue. */
export type TranscriptFormat = Extract<
  FileFormat,
  'svg' | 'csv' | 'json' | 'srt' | 'vtt' | 'srtWords' | 'vttWords' | 'txt'
>;

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
} as const;

/** What can be asked of an audio file that was transcribed, of the extension host as of the inference process. */
export const TranscriptRequest = {
  /** [frame]: where in its window the decoder looked as it wrote a word: mean over the word's tokens and the heads chosen. */
  heat: new AskType<Transcribed, { window: number; word: number; heads: SpeechHeads }, Float32Array>('speech/heat'),
  /** What a frame of a window looks at among the window's frames, in the encoder. */
  soundHeat: new AskType<Transcribed, { window: number; frame: number; heads: EncoderHeads }, SoundHeat>(
    'speech/soundHeat',
  ),
  /** [sample]: what the model hears of a stretch of the audio: 16,000 samples a second, one channel. */
  samples: new AskType<Transcribed, TimeRange, Float32Array>('speech/samples'),
  /** What is shown as the content of a file. */
  export: new ExportType<Transcribed, ShownTranscript, TranscriptFormat>('speech/export'),
} as const;

/** What the speech panel shows. */
export type SpeechContent = FilePanelContent<{
  readonly phase: 'transcript';
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
  /** Windows in which a model of one language may have heard another. */
  readonly otherLanguage: readonly number[];
}>;

/** What the speech panel asks of the extension host itself. */
export const SpeechPanelRequest = {
  ...filePanelRequests<SpeechContent>(),
  /** Transcribes again, told the language; undefined: the model guesses. */
  language: new RequestType<{ language?: string }, void, void>('language'),
  /** Asks the user for their own words in place of one; `word` counts all that are shown. */
  correct: new RequestType<{ word: number }, void, void>('correct'),
  stop: new RequestType0<void, void>('stop'),
} as const;

/** Host → webview: show this instead. */
export const showSpeech = new NotificationType<SpeechContent>('show');
