import type { Tensor } from '@huggingface/transformers';
import { ctcWords } from '../../core/speech/ctcWords';
import type { SpeechWord, TimeRange, WindowTranscript } from '../../core/speech/transcript';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { floatNumbers } from '../models/floatNumbers';
import { InferenceFault } from '../models/inferenceFault';
import type { TransformersModel } from '../models/openModel';
import { modelRate } from './decodeAudio';
import { runEncoder } from './encoderAttention';
import type { SoundModel } from './soundModel';

/**
 * What an encoder of sound writes of what it is given at once: the likeliest symbol of each frame.
 * @param window where the samples lie in the audio, and its number.
 * @returns no words of one that writes none.
 */
export async function transcribeSound(
  open: TransformersModel,
  sound: SoundModel,
  samples: Float32Array,
  window: TimeRange & { readonly number: number },
): Promise<Omit<WindowTranscript, 'runTime'>> {
  const { vocabulary } = sound;
  if (!vocabulary) return { text: '', words: [], confidence: 1, cut: false };
  let logits: Tensor | undefined;
  try {
    ({ logits } = await runEncoder(open, await sound.encoderInputs(samples)));
  } catch (error) {
    throw new InferenceFault(
      InferenceErrorCode.run,
      `${open.info.id} failed on this audio; see the log for the reason, or choose another model.`,
      error,
    );
  }
  if (!logits) {
    throw new InferenceFault(
      InferenceErrorCode.model,
      `${open.info.id} gives no logits, so it writes no transcript; export it with its CTC head, or choose another model.`,
    );
  }
  const [, frames, numbers] = logits.dims;
  const found = ctcWords(floatNumbers(logits)!, vocabulary, numbers);
  const perFrame = samples.length / modelRate / frames;
  const time = (frame: number) => Math.min(window.end, window.start + frame * perFrame);
  const words = found.map(({ text, symbols }, index): SpeechWord => ({
    text,
    start: time(symbols[0].from),
    end: time(symbols[symbols.length - 1].to),
    window: window.number,
    index,
    probability: symbols.reduce((product, { probability }) => product * probability, 1),
    symbols: symbols.map(({ text: symbol, from, to, probability }) => ({
      text: symbol,
      start: time(from),
      end: time(to),
      probability,
    })),
  }));
  const all = found.flatMap(({ symbols }) => symbols);
  return {
    text: words.map(({ text }) => text).join(' '),
    words,
    confidence: Math.exp(
      all.reduce((sum, { probability }) => sum + Math.log(probability), 0) / Math.max(1, all.length),
    ),
    cut: false,
  };
}
