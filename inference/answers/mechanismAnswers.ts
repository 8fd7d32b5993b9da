import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { LruCache } from '../../core/cache/lruCache';
import type { MechanismAnswer, MechanismAnswers, ScoreStep } from '../../core/mechanisms/mechanismAnswer';
import { byMechanism, type AnswerTimes, type GraphFacts } from '../../core/mechanisms/measuredDates';
import { mechanismIds, type MechanismId } from '../../core/mechanisms/mechanisms';
import { readDate } from '../../core/mechanisms/readDate';
import { answerAsks } from '../../core/protocol/askType';
import { MechanismsRequest, type MechanismModels } from '../../core/protocol/mechanismsProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import { exportMeasured } from '../export/exportMeasured';
import { exportMechanisms } from '../export/exportMechanisms';
import { answerDate, writtenText } from '../mechanisms/answerDate';
import {
  datePadding,
  dateTokens,
  dateVocabulary,
  type DateTokens,
  type DateVocabulary,
} from '../mechanisms/dateVocabulary';
import { graphFacts } from '../mechanisms/graphFacts';
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

      async write({ texts }, { folder }, cancelled) {
        const vocabulary = await dateVocabulary(mechanismReference(folder, 'none'));
        const tokens = texts.map(text => dateTokens(text, vocabulary).ids);
        const outputs: [MechanismId, string[]][] = [];
        for (const id of mechanismIds) {
          const logits = await withModel(mechanismReference(folder, id), cancelled, open =>
            open.write(tokens, datePadding(vocabulary)),
          );
          stopIfCancelled(cancelled);
          outputs.push([id, logits.map(each => writtenText(each, vocabulary.vocab_out))]);
        }
        return Object.fromEntries(outputs) as Record<MechanismId, string[]>;
      },

      async facts(_wish, { folder }) {
        const { max_source: places } = await dateVocabulary(mechanismReference(folder, 'none'));
        const facts: [MechanismId, GraphFacts][] = [];
        for (const id of mechanismIds) facts.push([id, await graphFacts(mechanismReference(folder, id), places)]);
        return { places, facts: Object.fromEntries(facts) as Record<MechanismId, GraphFacts> };
      },

      async time({ text: written, runs: count }, { folder }, cancelled): Promise<AnswerTimes> {
        const {
          vocabulary,
          tokens: { text, ids },
        } = await read(folder, written);
        const times = byMechanism((): number[] => []);
        // In turn, so that what else the machine does meets all alike; the first run of each only warms up.
        for (let run = 0; run <= count; run++) {
          for (const id of mechanismIds) {
            const time = await withModel(mechanismReference(folder, id), cancelled, async open => {
              const started = performance.now();
              await open.write([ids], datePadding(vocabulary));
              return performance.now() - started;
            });
            stopIfCancelled(cancelled);
            if (run > 0) times[id].push(time);
          }
        }
        return { text, times };
      },

      exportMeasured: ({ what, format, look }) => exportMeasured(format, what, look),

      export: ({ what, format, look }) => exportMechanisms(format, what, look),
    },
    (models: MechanismModels) => models,
  );
}
