import { createHash } from 'node:crypto';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { answerAsks } from '../../core/protocol/askType';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import {
  SpeechRequest,
  TranscriptRequest,
  type AudioSource,
  type Transcribed,
  type WindowReference,
} from '../../core/protocol/speechProtocol';
import { audioWindows, peaksOf } from '../../core/speech/audioWindows';
import { LruCache } from '../../core/cache/lruCache';
import { peaksPerSecond } from '../../core/speech/transcript';
import { exportTranscript } from '../export/exportTranscript';
import { InferenceFault } from '../models/inferenceFault';
import { stopIfCancelled } from '../models/stopIfCancelled';
import type { WithModel } from './withModel';
import { decodeAudio, modelRate, type DecodedAudio } from '../speech/decodeAudio';
import { encoderAttention, encoderLayers, type EncoderAttention } from '../speech/encoderAttention';
import { hearingModel } from '../speech/hearingModel';
import type { SoundModel } from '../speech/soundModel';
import type { SpeechModel } from '../speech/speechModel';
import { transcribe, spokenWordHeat, type HeardWindow } from '../speech/transcribe';
import { transcribeSound } from '../speech/transcribeSound';
import type { TransformersModel } from '../models/openModel';

/** So many files stay decoded. */
const keptAudio = 2;
/** Bytes of cross-attention that are kept; a window that was let go is transcribed again when it is looked at. */
const keptBytes = 256 * 2 ** 20;

/** So many choices of heads and windows of the encoder stay computed: 9 MB each for a Whisper. */
const keptEncoders = 6;

/** What a model without a decoder has no part of. */
const noCross = { cross: [], words: [], firstRow: 0, frames: 0 } as const;

/** Answers what is asked about speech. */
export function answerSpeechRequests(connection: MessageConnection, withModel: WithModel): void {
  const audios = new LruCache<string, DecodedAudio>(keptAudio);
  const heard = new LruCache<string, HeardWindow>(keptBytes, ({ cross }) =>
    cross.reduce((sum, { data }) => sum + data.byteLength, 0),
  );
  const looked = new LruCache<string, EncoderAttention>(keptEncoders);
  let count = 0;

  const audioOf = async (name: string, source: AudioSource): Promise<DecodedAudio> => {
    const audio = audios.get(name) ?? (await decodeAudio(source));
    audios.set(name, audio);
    return audio;
  };

  const windowOf = async (
    speech: SpeechModel | SoundModel,
    { source, audio, window }: Pick<WindowReference, 'source' | 'audio' | 'window'>,
  ) => {
    const { samples } = await audioOf(audio, source);
    const cut = audioWindows(samples, modelRate, speech.windowSamples)[window];
    if (!cut) {
      throw new InferenceFault(InferenceErrorCode.audio, `${source.name} is shorter than it was; transcribe it again.`);
    }
    return { ...cut, samples: samples.subarray(cut.start, cut.end) };
  };

  /** Transcribes a window, or takes what is still known of it. */
  const hear = async (
    open: TransformersModel,
    speech: SpeechModel | SoundModel,
    { source, audio, window, language }: WindowReference,
    cancelled: CancellationToken,
  ): Promise<HeardWindow> => {
    const key = JSON.stringify([audio, window, language, open.reference.folder, open.reference.dtype]);
    const cut = await windowOf(speech, { source, audio, window });
    const place = { start: cut.start / modelRate, end: cut.end / modelRate, number: window };
    const made =
      heard.get(key) ??
      (speech.writes === 'text'
        ? await transcribe(open, speech, cut.samples, place, language, () => cancelled.isCancellationRequested)
        : { ...noCross, transcript: await transcribeSound(open, speech, cut.samples, place) });
    stopIfCancelled(cancelled);
    heard.set(key, made);
    return made;
  };

  connection.onRequest(SpeechRequest.read, ({ model, source }, cancelled) =>
    withModel(model, cancelled, async open => {
      const speech = await hearingModel(open);
      const decoded = await decodeAudio(source, () => stopIfCancelled(cancelled));
      const audio = `audio ${process.pid}.${++count}`;
      audios.set(audio, decoded);
      const { samples, format, sampleRate, channels } = decoded;
      const { writes, languages, layers, alignment, framesPerSecond } = speech;
      return {
        audio,
        content: createHash('sha1')
          .update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
          .digest('hex'),
        format,
        sampleRate,
        channels,
        seconds: samples.length / modelRate,
        model: open.info,
        writes,
        languages,
        layers,
        encoderLayers: encoderLayers(open),
        alignment,
        framesPerSecond,
        peaks: peaksOf(samples, modelRate, peaksPerSecond),
        windows: audioWindows(samples, modelRate, speech.windowSamples).map(({ start, end }) => ({
          start: start / modelRate,
          end: end / modelRate,
        })),
      };
    }),
  );

  connection.onRequest(SpeechRequest.transcribe, ({ model, ...reference }, cancelled) =>
    withModel(model, cancelled, async open => {
      const started = performance.now();
      const { transcript } = await hear(open, await hearingModel(open), { model, ...reference }, cancelled);
      return { ...transcript, runTime: performance.now() - started };
    }),
  );

  answerAsks(
    connection,
    TranscriptRequest,
    {
      heat: ({ window, word, heads }, { languages, ...audio }, cancelled) =>
        withModel(audio.model, cancelled, async open => {
          const speech = await hearingModel(open);
          const heard = await hear(open, speech, { ...audio, window, language: languages[window] }, cancelled);
          const heat = speech.writes === 'text' ? spokenWordHeat(heard, speech, word, heads) : undefined;
          if (!heat) {
            throw new InferenceFault(InferenceErrorCode.run, 'There is no such word or head in this transcript.');
          }
          return heat;
        }),

      soundHeat: ({ window, frame, heads }, { model, source, audio }, cancelled) =>
        withModel(model, cancelled, async open => {
          const speech = await hearingModel(open);
          const { samples } = await windowOf(speech, { source, audio, window });
          const key = JSON.stringify([audio, window, heads, open.reference.folder, open.reference.dtype]);
          const isCancelled = () => cancelled.isCancellationRequested;
          const made =
            looked.get(key) ?? (await encoderAttention(open, await speech.encoderInputs(samples), heads, isCancelled));
          stopIfCancelled(cancelled);
          looked.set(key, made);
          if (frame < 0 || frame >= made.frames) {
            throw new InferenceFault(InferenceErrorCode.run, `There is no time ${frame} in this window.`);
          }
          const row = made.data.subarray(frame * made.frames, (frame + 1) * made.frames);
          const held = Math.min(made.frames, Math.ceil((samples.length / modelRate) * speech.framesPerSecond));
          return { heat: row.slice(0, held), rest: row.subarray(held).reduce((sum, value) => sum + value, 0) };
        }),

      async samples({ start, end }, { source, audio }) {
        const { samples } = await audioOf(audio, source);
        return samples.slice(Math.round(start * modelRate), Math.round(end * modelRate));
      },

      export: ({ what, format, look }) => exportTranscript(format, what, look),
    },
    (of: Transcribed) => of,
  );
}
