import { ResponseError, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc';
import { audioWindows, peaksOf } from '../../../../core/speech/audioWindows';
import { InferenceErrorCode, type ModelReference } from '../../../../core/protocol/inferenceProtocol';
import { peaksPerSecond, SpeechRequest, type AudioSource, type WindowReference } from '../../../../core/protocol/speechProtocol';
import { InferenceFault } from '../inferenceFault';
import type { OpenModel } from '../openModel';
import { decodeAudio, modelRate, type DecodedAudio } from './decodeAudio';
import { speechModel, type SpeechModel } from './speechModel';
import { transcribe, wordHeat, type HeardWindow } from './transcribe';

type WithModel = <Result>(model: ModelReference, cancelled: CancellationToken, work: (open: OpenModel) => Promise<Result>) => Promise<Result>;

/** So many files stay decoded. */
const keptAudio = 2;
/** Bytes of cross-attention that are kept; a window that was let go is transcribed again when it is looked at. */
const keptBytes = 256 * 2 ** 20;

/** Answers what is asked about speech. */
export function answerSpeechRequests(connection: MessageConnection, withModel: WithModel): void {
  const audios = new Map<string, DecodedAudio>();
  const heard = new Map<string, HeardWindow>();
  let count = 0;

  const keepAudio = (name: string, audio: DecodedAudio) => {
    audios.delete(name);
    audios.set(name, audio);
    for (const key of audios.keys()) if (audios.size > keptAudio) audios.delete(key);
  };
  const audioOf = async (name: string, source: AudioSource): Promise<DecodedAudio> => {
    const audio = audios.get(name) ?? await decodeAudio(source);
    keepAudio(name, audio);
    return audio;
  };

  /** Transcribes a window, or takes what is still known of it. */
  const hear = async (open: OpenModel, speech: SpeechModel, { source, audio, window, language }: WindowReference, cancelled: CancellationToken): Promise<HeardWindow> => {
    const key = JSON.stringify([audio, window, language, open.reference.folder, open.reference.dtype]);
    const { samples } = await audioOf(audio, source);
    const cut = audioWindows(samples, modelRate, speech.windowSamples)[window];
    if (!cut) throw new InferenceFault(InferenceErrorCode.audio, `${source.name} is shorter than it was; transcribe it again.`);
    const made = heard.get(key) ?? await transcribe(open, speech, samples.subarray(cut.start, cut.end),
      { start: cut.start / modelRate, end: cut.end / modelRate, number: window }, language, () => cancelled.isCancellationRequested);
    stopIfCancelled(cancelled);
    heard.delete(key);
    heard.set(key, made);
    let bytes = [...heard.values()].reduce((sum, { cross }) => sum + cross.reduce((all, { data }) => all + data.byteLength, 0), 0);
    for (const [old, { cross }] of heard) {
      if (bytes <= keptBytes || old === key) break;
      bytes -= cross.reduce((all, { data }) => all + data.byteLength, 0);
      heard.delete(old);
    }
    return made;
  };

  connection.onRequest(SpeechRequest.read, ({ model, source }, cancelled) => withModel(model, cancelled, async open => {
    const speech = await speechModel(open);
    const decoded = await decodeAudio(source);
    stopIfCancelled(cancelled);
    const audio = `audio ${process.pid}.${++count}`;
    keepAudio(audio, decoded);
    const { samples, format, sampleRate, channels } = decoded;
    const { languages, layers, alignment, framesPerSecond } = speech;
    return {
      audio, format, sampleRate, channels, seconds: samples.length / modelRate, model: open.info, languages, layers, alignment, framesPerSecond,
      peaks: peaksOf(samples, modelRate, peaksPerSecond),
      windows: audioWindows(samples, modelRate, speech.windowSamples).map(({ start, end }) => ({ start: start / modelRate, end: end / modelRate })),
    };
  }));

  connection.onRequest(SpeechRequest.transcribe, ({ model, ...reference }, cancelled) => withModel(model, cancelled, async open => {
    const started = performance.now();
    const { transcript } = await hear(open, await speechModel(open), { model, ...reference }, cancelled);
    return { ...transcript, runTime: performance.now() - started };
  }));

  connection.onRequest(SpeechRequest.heat, ({ word, heads, ...reference }, cancelled) => withModel(reference.model, cancelled, async open => {
    const speech = await speechModel(open);
    const heat = wordHeat(await hear(open, speech, reference, cancelled), speech, word, heads);
    if (!heat) throw new InferenceFault(InferenceErrorCode.run, 'There is no such word or head in this transcript.');
    return heat;
  }));

  connection.onRequest(SpeechRequest.samples, async ({ source, audio, start, end }) => {
    const { samples } = await audioOf(audio, source);
    return samples.slice(Math.round(start * modelRate), Math.round(end * modelRate));
  });
}

function stopIfCancelled(cancelled: CancellationToken): void {
  if (cancelled.isCancellationRequested) throw new ResponseError(InferenceErrorCode.cancelled, 'Cancelled.');
}
