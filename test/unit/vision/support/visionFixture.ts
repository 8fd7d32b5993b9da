import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Tensor } from '@huggingface/transformers';
import { CancellationToken } from 'vscode-jsonrpc';
import type { ImageTurn } from '../../../../core/vision/imageAnswer';
import { readImage } from '../../../../inference/images/decodeImage';
import { openModel } from '../../../../inference/models/openModel';
import { answerQuestion, type AnswerRun } from '../../../../inference/vision/answerRun';
import { visionModel, type VisionModel } from '../../../../inference/vision/visionModel';
import {
  encodePicture,
  processPicture,
  rawPicture,
  type RawPicture,
  type VisionPicture,
} from '../../../../inference/vision/visionPicture';

/** An array of reference.bin. */
interface Place {
  readonly shape: readonly number[];
  /** Counted in numbers. */
  readonly offset: number;
}

/** What PyTorch makes of a picture and a question. */
export interface VisionReference {
  readonly picture: string;
  readonly question: string;
  readonly ids: readonly number[];
  /** Of a model with positions in three dimensions: [3][token]. */
  readonly positions?: readonly (readonly number[])[];
  readonly answerIds: readonly number[];
  readonly answer: string;
  readonly pixels: Place;
  /** [layers, heads, answer tokens, keys] */
  readonly attention: Place;
  /** Of the vision encoder's layer `encoderLayer`, for the first tile: [heads, patches, patches]. */
  readonly encoder?: Place;
  readonly encoderLayer: number;
  /** The order in which the vision encoder holds its patches, where that is one of its own (Qwen2.5-VL's windows). */
  readonly patchOrder?: readonly number[];
}

/** The same as make_qwen_gemma_vision.py writes it, the end token among the answer's. */
interface Case {
  readonly picture: string;
  readonly messages?: readonly { readonly content: readonly { readonly text?: string }[] }[];
  readonly prompt?: string;
  readonly inputIds: readonly number[];
  readonly positionIds?: readonly (readonly number[])[];
  readonly answer: { readonly ids: readonly number[]; readonly text: string };
  readonly pixelValues: Place;
  readonly attention: Place;
  readonly visionLayer: number;
  readonly visionAttention?: Place;
  readonly patchOrder?: readonly number[];
}

function fromCase(one: Case): VisionReference {
  const question = one.prompt?.replace('<image>', '') ?? one.messages?.[0].content.find(({ text }) => text)?.text;
  return {
    picture: one.picture,
    question: question!,
    ids: one.inputIds,
    positions: one.positionIds,
    answerIds: one.answer.ids.slice(0, -1),
    answer: one.answer.text,
    pixels: one.pixelValues,
    attention: one.attention,
    encoder: one.visionAttention,
    encoderLayer: one.visionLayer,
    patchOrder: one.patchOrder,
  };
}

/** A small vision-language model of the fixtures. */
export class VisionFixture {
  readonly folder: string;
  private readonly pictures: string;
  readonly references: readonly VisionReference[];
  private readonly numbers: Float32Array;

  /** @param like the fixture whose pictures and numbers are its own, too: it has the same weights. */
  constructor(
    readonly name: string,
    like = name,
  ) {
    this.folder = path.resolve('test/fixtures/models', name);
    this.pictures = path.resolve('test/fixtures/models', like);
    const file = JSON.parse(readFileSync(path.join(this.pictures, 'reference.json'), 'utf8')) as
      VisionReference[] | { cases: Case[] };
    this.references = Array.isArray(file) ? file : file.cases.map(fromCase);
    const bytes = readFileSync(path.join(this.pictures, 'reference.bin'));
    this.numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  }

  async open(dtype: string): Promise<VisionModel> {
    return visionModel(await openModel({ id: this.name, folder: this.folder, dtype }));
  }

  array({ shape, offset }: Place): Float32Array {
    const size = shape.reduce((product, of) => product * of, 1);
    return this.numbers.subarray(offset, offset + size);
  }

  /** A picture of the fixture, decoded. */
  raw(name: string): Promise<RawPicture> {
    const source = { name, path: path.join(this.pictures, name), background: [255, 255, 255] as const };
    return rawPicture(source, () => readImage(source));
  }

  /** A picture as the vision encoder sees it: with the pixels that PyTorch was given, since each resizes in its own way. */
  async picture(open: VisionModel, { picture, pixels }: VisionReference): Promise<[RawPicture, VisionPicture]> {
    const raw = await this.raw(picture);
    const inputs = await processPicture(open, raw);
    const pixel_values = new Tensor('float32', this.array(pixels).slice(), [...pixels.shape]);
    return [raw, await encodePicture(open, { ...inputs, pixel_values }, raw)];
  }

  /** Asks about a picture of the fixture, as a user does. */
  async askFile(open: VisionModel, name: string, question: string): Promise<AnswerRun> {
    const raw = await this.raw(name);
    const picture = await encodePicture(open, await processPicture(open, raw), raw);
    return answerQuestion(open, raw, picture, asked(question), CancellationToken.None);
  }

  /** Asks what PyTorch was asked. */
  async ask(open: VisionModel, reference: VisionReference): Promise<AnswerRun> {
    const [raw, picture] = await this.picture(open, reference);
    return answerQuestion(open, raw, picture, asked(reference.question), CancellationToken.None);
  }
}

/** A conversation of one question. */
export function asked(text: string): readonly ImageTurn[] {
  return [{ role: 'user', text }];
}
