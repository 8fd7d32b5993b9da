import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { LruCache } from '../../core/cache/lruCache';
import type { MechanismAnswer, MechanismAnswers, ScoreStep } from '../../core/mechanisms/mechanismAnswer';
import { mechanismIds, type MechanismId } from '../../core/mechanisms/mechanisms';
import { readDate } from '../../core/mechanisms/readDate';
import { answerAsks } from '../../core/protocol/askType';
import { MechanismsRequest, type MechanismModels } from '../../core/protocol/mechanismsProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { exportMechanisms } from '../export/exportMechanisms';
import { answerDate } from '../mechanisms/answerDate';
import {
  datePadding,
  dateTokens,
  dateVocabulary,
  type DateTokens,
  type DateVocabulary,
} from '../mechanisms/dateVocabulary';
import type { MechanismModel, MechanismRun } from '../mechanisms/mechanismModel';
import { scoreStep } from '../mechanisms/scoreStep';
import { stopIfCancelled } from '../models/stopIfCancelled';

/** Does work with one of the four models, and turns what goes wrong into one sentence. */
export type WithMechanism = <Result>(
  model: ModelReference,
  cancelled: CancellationToken,
  work: (open: MechanismModel) => Promise<Result>,
) => Promise<Result>;

/** A text with what it is read by. */
interface ReadText {
  readonly vocabulary: DateVocabulary;
  readonly tokens: DateTokens;
}

/** So many runs are kept: those of the date that is shown and of the one before. */
const keptRuns = 8;

/** One of the four models as the process opens it. */
export function mechanismReference(folder: string, id: MechanismId): ModelReference {
  return { id, folder, dtype: 'fp16', builtIn: true, graph: { file: `${id}.onnx`, mechanism: true } };
}

/** Answers what is asked about the four mechanisms. */
export function answerMechanismRequests(connection: MessageConnection, withModel: WithMechanism): void {
  const runs = new LruCache<string, { run: MechanismRun; time: number }>(keptRuns);

  const runOf = async (
    id: MechanismId,
    folder: string,
    { vocabulary, tokens: { text, ids } }: ReadText,
    cancelled: CancellationToken,
  ) => {
    const key = JSON.stringify([folder, id, text]);
    const made =
      runs.get(key) ??
      (await withModel(mechanismReference(folder, id), cancelled, async open => {
        const started = performance.now();
        return { run: await open.answer(ids, datePadding(vocabulary)), time: performance.now() - started };
      }));
    stopIfCancelled(cancelled);
    runs.set(key, made);
    return made;
  };

  const read = async (folder: string, text: string): Promise<ReadText> => {
    const vocabulary = await dateVocabulary(mechanismReference(folder, 'none'));
    return { vocabulary, tokens: dateTokens(text, vocabulary) };
  };

  answerAsks(
    connection,
    MechanismsRequest,
    {
      async answer({ text }, { folder }, cancelled): Promise<MechanismAnswers> {
        const asked = await read(folder, text);
        const { vocabulary, tokens } = asked;
        const answers: MechanismAnswer[] = [];
        for (const id of mechanismIds) {
          const { run, time } = await runOf(id, folder, asked, cancelled);
          answers.push(answerDate(id, run, vocabulary, time));
        }
        const { characters, unknown } = tokens;
        return { text: tokens.text, characters, unknown, right: readDate(tokens.text), answers };
      },

      async step({ text, ...place }, { folder }, cancelled): Promise<ScoreStep> {
        return scoreStep((await runOf(place.id, folder, await read(folder, text), cancelled)).run, place);
      },

      export: ({ what, format, look }) => exportMechanisms(format, what, look),
    },
    (models: MechanismModels) => models,
  );
}
