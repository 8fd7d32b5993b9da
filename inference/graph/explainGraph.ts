import type { Tensor } from 'onnxruntime-node';
import type { GivenInputs } from '../../core/graph/graphInputs';
import type { NumberArray } from '../../core/graph/readNpy';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import type { Token } from '../../core/text/token';
import type { ExplainedText, ExplainOptions } from '../runs/explainText';
import type { AttentionSite } from '../../core/onnx';
import { groupsOf, overviewOf } from '../runs/overview';
import { withMeasuredMask } from '../runs/measuredMask';
import { predictionsOf } from '../runs/predictions';
import { InferenceFault } from '../models/inferenceFault';
import { KeptAttention } from '../runs/keptAttention';
import type { LayerTensor } from '../models/recorder';
import type { TokenizedText } from '../../core/text/tokenizedText';
import { layersOfPart, partsOf } from './attentionParts';
import { continueGraph, writableInput } from './continueGraph';
import { idsInput } from './idsInput';
import type { GraphModel, GraphRun } from './graphModel';
import { runGraph } from './runGraph';

/** How a graph is explained. */
export type GraphOptions = Partial<Pick<ExplainOptions, 'part' | 'newTokens' | 'isCancelled'>>;

/**
 * Runs a graph on inputs given as JSON: the attention of every head over positions, which are called by the inputs' labels,
 * by what an integer input holds there, or by their number.
 * @param part which of the parts that it computes side by side is shown, counted from 1; absent: what the inputs say.
 * @param newTokens how many items a causal graph is to write behind what it was given.
 * @throws {InferenceFault} where the inputs do not fit, or the runtime fails.
 */
export async function explainGraph(
  open: GraphModel,
  json: string,
  { part: wanted, newTokens = 0, isCancelled = () => false }: GraphOptions = {},
): Promise<ExplainedText> {
  const { given, feeds, picture, recorder, runTime } = await runGraph(open, json, { windows: true });
  const whole = recorder.attention();
  const parts = partsOf(whole);
  const shown = chosenPart(given, parts.length, wanted);
  const part = parts[shown - 1];
  const run: GraphRun = { feeds, vocabulary: given.vocabulary, part: part?.index ?? 0 };
  const attention = part ? layersOfPart(whole, part).map(withMeasuredMask) : [];
  const cached = attention.find(({ kind, queries, keys }) => kind !== 'cross' && queries < keys);
  if (cached && readsCache(feeds)) {
    throw new InferenceFault(
      InferenceErrorCode.text,
      `${open.info.id} was given a cache: ${cached.queries} positions look at ${cached.keys}; give it the whole sequence and a cache of length 0.`,
    );
  }
  const [length, outputLength] = lengthsOf(attention);
  // Of parts of several lengths the labels may be those of another.
  const named = given.labels?.length === length ? given.labels : undefined;
  if (given.labels && !named && !parts.some(({ keys }) => keys === given.labels!.length)) {
    throw new InferenceFault(
      InferenceErrorCode.text,
      `“labels” names ${given.labels.length} positions, and the sequence has ${length}; name each, or leave the labels out.`,
    );
  }
  // Queries and keys that are not the same positions are called by their numbers alone.
  const same = attention.every(({ kind, queries, keys }) => kind === 'cross' || queries === keys);
  const ids = same ? idsOf(given.arrays, length) : Array.from({ length }, () => undefined);
  const input = textOf(ids, named, given.vocabulary);
  const output =
    outputLength === undefined ? undefined : textOf(idsOf(given.arrays, outputLength), undefined, given.vocabulary);
  const logits = recorder.logits();
  const writable = logits && same && output === undefined ? writableInput(open, given, length) : undefined;
  if (logits && writable !== undefined && newTokens > 0) {
    const longer = await continueGraph(open, json, given, logits, writable, newTokens, isCancelled);
    const { explanation, ...rest } = await explainGraph(open, longer.json, { part: wanted });
    const notes = [...(longer.note === undefined ? [] : [longer.note]), ...(explanation.notes ?? [])];
    const writtenFrom = explanation.tokens.length > length ? length : undefined;
    return { ...rest, explanation: { ...explanation, writtenFrom, notes } };
  }
  const known = ids.map(id => id ?? 0);
  open.keep(known, run);
  return {
    explanation: {
      model: open.info,
      ...input,
      output,
      groups: groupsOf(attention.map(overviewOf)),
      predictions: logits?.rows === (outputLength ?? length) ? predictionsOf(open, logits, known) : [],
      predictionsOf: output ? 'output' : 'input',
      continues: writable === undefined ? undefined : true,
      parts: parts.length > 1 ? { names: parts.map(({ name }) => name), shown } : undefined,
      notes: [...(picture ? [picture.note] : []), ...notesOn(given, open, attention, parts.length)],
    },
    known: { attention: new KeptAttention(attention), ids: known, texts: { input, output } },
    runTime,
  };
}

/**
 * Which part is shown, counted from 1.
 * @param wanted what was chosen in the panel, where it was: of fewer parts the first then.
 * @throws {InferenceFault} where the inputs name one that there is not.
 */
function chosenPart({ sequences, sequence }: GivenInputs, count: number, wanted: number | undefined): number {
  if (wanted !== undefined) return wanted <= count ? wanted : 1;
  if (sequences > 1) return 1;
  if (sequence <= Math.max(1, count)) return sequence;
  throw new InferenceFault(
    InferenceErrorCode.text,
    `“sequence” is ${sequence}, and ${count > 1 ? `the graph computes attention in ${count} parts; give a number from 1 to ${count}` : 'the inputs hold one; leave it out'}.`,
  );
}

/** Whether a cache was given that holds something. */
function readsCache(feeds: Readonly<Record<string, Tensor>>): boolean {
  return Object.entries(feeds).some(
    ([name, { dims }]) => /past|cache/i.test(name) && dims.length > 2 && dims.every(size => size > 0),
  );
}

/** Which sequence or part is shown where there are more, and what its positions are. */
function notesOn(
  { sequences, sequence }: GivenInputs,
  { sessions }: GraphModel,
  attention: readonly LayerTensor[],
  parts: number,
): string[] {
  const notes: string[] = [];
  if (sequences > 1) {
    const other = sequence === 1 ? 2 : 1;
    notes.push(
      `The inputs hold ${sequences.toLocaleString('en')} sequences, and number ${sequence.toLocaleString('en')} is shown; write "sequence": ${other} beside them to look at another.`,
    );
  }
  if (parts > 1) {
    notes.push(
      `The graph computes attention in ${parts.toLocaleString('en')} parts side by side (channels, windows or blocks); choose above which one is shown.`,
    );
  }
  if (attention.some(({ kind, queries, keys }) => kind !== 'cross' && queries !== keys)) {
    notes.push('Queries and keys are not the same positions here, so both are called by their numbers.');
  }
  const span = (which: AttentionSite['span']): boolean =>
    sessions.model.sites.some(
      site => site.span === which && attention.some(({ kind, layer }) => kind === site.kind && layer === site.layer),
    );
  if (span('band')) {
    notes.push('Each row is a sliding window: its columns are the keys around the query and global ones.');
  }
  if (span('global')) notes.push('The queries are the global tokens alone, which look at all positions.');
  const { note } = sessions.model;
  if (note) notes.push(note);
  return notes;
}

/** The length of the sequence that is looked at, and of the one that looks where that is another. */
function lengthsOf(attention: readonly LayerTensor[]): [number, number?] {
  const cross = attention.find(({ kind }) => kind === 'cross');
  const decoder = attention.find(({ kind }) => kind === 'decoder');
  const self = attention.find(({ kind }) => kind === 'self' || kind === 'encoder');
  if (cross) return [cross.keys, cross.queries];
  if (self) return [Math.max(self.queries, self.keys)];
  return [decoder?.keys ?? 0, decoder?.keys];
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
      text: word,
      start: text.length,
      end: text.length + word.length,
      special: false,
    });
    text += word;
  });
  return { text, tokens };
}

/** What an integer input holds at each of so many positions; undefined where none has that length. */
function idsOf(arrays: ReadonlyMap<string, NumberArray>, length: number): (number | undefined)[] {
  const found = idsInput(arrays, length)?.ids;
  return Array.from({ length }, (_, i) => found?.[i]);
}
