import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { LruCache } from '../../core/cache/lruCache';
import { answerAsks } from '../../core/protocol/askType';
import {
  answerProgress,
  ImageConversationRequest,
  type AnswerProgress,
  type ImageConversation,
} from '../../core/protocol/askImageProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { wordAttention } from '../../core/vision/wordAttention';
import { exportAnswer } from '../export/exportAnswer';
import { readImage } from '../images/decodeImage';
import { InferenceFault } from '../models/inferenceFault';
import type { TransformersModel } from '../models/openModel';
import { stopIfCancelled } from '../models/stopIfCancelled';
import type { WithModel } from './withModel';
import { answerKnockout, answerOcclusion, coveredAnswer } from '../vision/answerEffects';
import { answerQuestion, type AnswerRun } from '../vision/answerRun';
import { conversationPrompt } from '../vision/conversationPrompt';
import { encoderRow } from '../vision/encoderRow';
import { visionModel, type VisionModel } from '../vision/visionModel';
import {
  encodePicture,
  processPicture,
  rawPicture,
  type RawPicture,
  type VisionPicture,
} from '../vision/visionPicture';

/** Bytes that answers may keep: the caches and attention of some. */
const mostBytes = 384 * 2 ** 20;

type Tell = (progress: AnswerProgress) => void;

/** A picture as it was last read. */
interface KnownPicture {
  readonly raw: RawPicture;
  readonly picture: VisionPicture;
}

interface KnownAnswer extends KnownPicture {
  readonly run: AnswerRun;
}

/** Answers what is asked in conversations about pictures. */
export function answerConversationRequests(connection: MessageConnection, withModel: WithModel): void {
  const pictures = new LruCache<string, KnownPicture>(2);
  const answers = new LruCache<string, KnownAnswer>(mostBytes, ({ run, raw }) => run.bytes + raw.data.byteLength);

  /** The picture as it is now: what the vision encoder made of it is kept while the file stays the same. */
  const pictureOf = async (
    open: VisionModel,
    { source, hash }: Pick<ImageConversation, 'source' | 'hash'>,
    cancelled: CancellationToken,
    tell?: Tell,
  ) => {
    const image = await readImage(source, cancelled);
    if (image.facts.hash !== hash) {
      throw new InferenceFault(
        InferenceErrorCode.image,
        `${source.name} has changed since this conversation began; ask about the image again, which begins a new one.`,
      );
    }
    const key = `${modelKey(open.reference)}\n${image.facts.hash}\n${source.background.join()}`;
    const known = pictures.get(key);
    if (known) return known;
    const raw = await rawPicture(source, () => Promise.resolve(image));
    const inputs = await processPicture(open, raw);
    stopIfCancelled(cancelled);
    const onTile = (done: number, parts: number) => tell?.({ phase: 'reading', done, parts });
    const made = { raw, picture: await encodePicture(open, inputs, raw, { cancelled, onTile }) };
    pictures.set(key, made);
    stopIfCancelled(cancelled);
    return made;
  };

  const answer = async (open: VisionModel, of: ImageConversation, cancelled: CancellationToken, tell?: Tell) => {
    const picture = await pictureOf(open, of, cancelled, tell);
    const key = conversationKey(of);
    const known = answers.get(key);
    if (known) return known;
    // The turn before this one has read the same beginning.
    const before = answers.get(conversationKey({ ...of, turns: of.turns.slice(0, -2) }));
    const same = before?.picture === picture.picture ? before.run : undefined;
    const run = await answerQuestion(open, picture.raw, picture.picture, of.turns, cancelled, {
      before: same,
      onText: text => tell?.({ phase: 'writing', text }),
    });
    const made = { ...picture, run };
    answers.set(key, made);
    return made;
  };

  /** Does something with an answer, which is given again where it was let go. */
  const withAnswer = <Result>(
    of: ImageConversation,
    cancelled: CancellationToken,
    work: (open: VisionModel, known: KnownAnswer) => Promise<Result> | Result,
  ): Promise<Result> =>
    withModel(of.model, cancelled, async (model: TransformersModel) => {
      const open = visionModel(model);
      return work(open, answers.get(conversationKey(of)) ?? (await answer(open, of, cancelled)));
    });

  answerAsks(
    connection,
    ImageConversationRequest,
    {
      ask: ({ progress }, of, cancelled) => {
        const tell: Tell | undefined =
          progress === undefined ? undefined : so => void connection.sendProgress(answerProgress, progress, so);
        return withModel(
          of.model,
          cancelled,
          async model => (await answer(visionModel(model), of, cancelled, tell)).run.answer,
        );
      },
      word: (wish, of, cancelled) => {
        const known = answers.get(conversationKey(of));
        return known
          ? wordAttention(known.run.attention, wish)
          : withAnswer(of, cancelled, (_open, { run }) => wordAttention(run.attention, wish));
      },
      covered: ({ cover }, of, cancelled) =>
        withAnswer(of, cancelled, (open, { run, raw }) =>
          coveredAnswer(open, run, raw, cover, conversationPrompt(open, of.turns), cancelled),
        ),
      occlusion: ({ regions }, of, cancelled) =>
        withAnswer(of, cancelled, (open, { run, raw }) =>
          answerOcclusion(open, run, raw, regions, conversationPrompt(open, of.turns), cancelled),
        ),
      knockout: ({ layers }, of, cancelled) =>
        withAnswer(of, cancelled, (open, { run }) => answerKnockout(open, run, layers, cancelled)),
      encoder: (wish, of, cancelled) =>
        withAnswer(of, cancelled, (open, { picture }) => encoderRow(open, picture, wish)),
      export: ({ what, format, look }) => exportAnswer(format, what, look),
    },
    (of: ImageConversation) => of,
  );
}

function modelKey({ folder, dtype }: ModelReference): string {
  return `${folder}\n${dtype}`;
}

function conversationKey({ model, source: { background }, hash, turns }: ImageConversation): string {
  return [modelKey(model), hash, background.join(), JSON.stringify(turns)].join('\n');
}
