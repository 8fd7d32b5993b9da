import type { Tensor } from 'onnxruntime-node';
import { parseInputs, type GivenInputs } from '../../core/graph/graphInputs';
import type { NumberArray } from '../../core/graph/readNpy';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { sentenceOf } from '../../core/text/reasonOf';
import type { Token } from '../../core/text/token';
import type { ExplainedText } from '../runs/explainText';
import { groupsOf, overviewOf } from '../runs/overview';
import { predictionsOf } from '../runs/predictions';
import { InferenceFault } from '../models/inferenceFault';
import { KeptAttention } from '../runs/keptAttention';
import { Recorder, type LayerTensor } from '../models/recorder';
import type { TokenizedText } from '../../core/text/tokenizedText';
import { declaredInputs } from './declaredInputs';
import { inputTensor } from './inputTensor';
import type { GraphModel, GraphRun } from './graphModel';
import { npyBeside } from './npyBeside';
import { runFailure } from './runFailure';

/**
 * Runs a graph on inputs given as JSON: the attention of every head over positions, which are called by the inputs' labels,
 * by what an integer input holds there, or by their number.
 * @throws {InferenceFault} where the inputs do not fit, or the runtime fails.
 */
export async function explainGraph(open: GraphModel, json: string): Promise<ExplainedText> {
  const inputs = declaredInputs(open.sessions.model);
  const given = await parseInputs(json, inputs, name => npyBeside(open.reference.graph?.inputsFolder, name)).catch(
    (error: unknown) => {
      throw new InferenceFault(InferenceErrorCode.text, sentenceOf((error as Error).message), error);
    },
  );
  const feeds: Record<string, Tensor> = {};
  for (const { name, type } of inputs) {
    const { shape, data } = given.arrays.get(name)!;
    const tensor = inputTensor(type, shape, data);
    if (!tensor) {
      throw new InferenceFault(
        InferenceErrorCode.text,
        `“${name}” is of type ${type}, which cannot be given from a file.`,
      );
    }
    feeds[name] = tensor;
  }
  const run: GraphRun = { feeds, vocabulary: given.vocabulary };
  const started = performance.now();
  const recorder = new Recorder(open);
  try {
    await open.sessions.model.run(feeds);
  } catch (error) {
    const otherwise = 'see the log for the reason (“Headlight: Show Log”), or begin with Write Example Inputs';
    throw new InferenceFault(
      InferenceErrorCode.run,
      runFailure({ id: open.info.id, inputs, arrays: given.arrays, otherwise }, error),
      error,
    );
  } finally {
    recorder.stop();
  }
  const runTime = performance.now() - started;
  const attention = sameShapes(recorder.attention());
  const cached = attention.find(({ kind, queries, keys }) => kind !== 'cross' && queries !== keys);
  if (cached) {
    throw new InferenceFault(
      InferenceErrorCode.text,
      `${open.info.id} was given a cache: ${cached.queries} positions look at ${cached.keys}; give it the whole sequence and a cache of length 0.`,
    );
  }
  const [length, outputLength] = lengthsOf(attention);
  if (given.labels && given.labels.length !== length) {
    throw new InferenceFault(
      InferenceErrorCode.text,
      `“labels” names ${given.labels.length} positions, and the sequence has ${length}; name each, or leave the labels out.`,
    );
  }
  const ids = idsOf(given.arrays, length);
  const input = textOf(ids, given.labels, given.vocabulary);
  const output =
    outputLength === undefined ? undefined : textOf(idsOf(given.arrays, outputLength), undefined, given.vocabulary);
  const known = ids.map(id => id ?? 0);
  open.keep(known, run);
  const logits = recorder.logits();
  return {
    explanation: {
      model: open.info,
      ...input,
      output,
      groups: groupsOf(attention.map(overviewOf)),
      predictions: logits?.rows === (outputLength ?? length) ? predictionsOf(open, logits, known) : [],
      predictionsOf: output ? 'output' : 'input',
      notes: notesOn(given, recorder),
    },
    known: { attention: new KeptAttention(attention), ids: known, texts: { input, output } },
    runTime,
  };
}

/** Which sequence is shown, where there are more. */
function notesOn({ sequences, sequence }: GivenInputs, { batch }: Recorder): string[] {
  if (sequences > 1) {
    const other = sequence === 1 ? 2 : 1;
    return [
      `The inputs hold ${sequences.toLocaleString('en')} sequences, and number ${sequence.toLocaleString('en')} is shown; write "sequence": ${other} beside them to look at another.`,
    ];
  }
  return batch > 1
    ? [
        `The graph computes attention in ${batch.toLocaleString('en')} parts side by side (windows, or a batch of fixed size), and the first is shown.`,
      ]
    : [];
}

/** Layers of one kind that are as long as its first: those of another length cannot share its positions. */
function sameShapes(attention: readonly LayerTensor[]): LayerTensor[] {
  const first = new Map<string, LayerTensor>();
  for (const layer of attention) if (!first.has(layer.kind)) first.set(layer.kind, layer);
  return attention.filter(
    ({ kind, queries, keys }) => queries === first.get(kind)?.queries && keys === first.get(kind)?.keys,
  );
}

/** The length of the sequence that is looked at, and of the one that looks where that is another. */
function lengthsOf(attention: readonly LayerTensor[]): [number, number?] {
  const cross = attention.find(({ kind }) => kind === 'cross');
  const decoder = attention.find(({ kind }) => kind === 'decoder');
  const self = attention.find(({ kind }) => kind === 'self' || kind === 'encoder');
  if (cross) return [cross.keys, cross.queries];
  if (self) return [self.keys];
  return [decoder?.keys ?? 0, decoder?.keys];
}

/** What an integer input holds at each of so many positions; undefined where none has that length. */
function idsOf(arrays: ReadonlyMap<string, NumberArray>, length: number): (number | undefined)[] {
  const candidates = [...arrays].filter(
    ([name, { shape, data }]) =>
      shape.at(-1) === length &&
      data.length === length &&
      !/mask|position|type/i.test(name) &&
      Array.from(data).every(value => Number.isInteger(Number(value))),
  );
  const found = candidates.find(([name]) => /id|token|item/i.test(name)) ?? candidates[0];
  return Array.from({ length }, (_, i) => found && Number(found[1].data[i]));
}

function textOf(
  ids: readonly (number | undefined)[],
  labels: readonly string[] | undefined,
  vocabulary: GraphRun['vocabulary'],
): TokenizedText {
  const tokens: Token[] = [];
  let text = '';
  ids.forEach((id, i) => {
    const word = labels?.[i] ?? (id === undefined ? String(i) : (vocabulary?.[id] ?? String(id)));
    if (i > 0) text += ' ';
    tokens.push({
      id: id ?? i,
      text: i > 0 ? ` ${word}` : word,
      start: text.length,
      end: text.length + word.length,
      special: false,
    });
    text += word;
  });
  return { text, tokens };
}
