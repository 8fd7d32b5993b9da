/** One symbol of a transcript, by the frames in which a model says it. */
export interface SpokenSymbol {
  readonly text: string;
  /** The first frame, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** The highest probability that one of the frames gives it. */
  readonly probability: number;
}

/** A word as its symbols. */
export interface SpokenSymbols {
  readonly text: string;
  readonly symbols: readonly SpokenSymbol[];
}

/** What the numbers of a model's output say (connectionist temporal classification, Graves et al. 2006). */
export interface CtcVocabulary {
  /** [number]: the symbol; nothing for one that has none. */
  readonly symbols: readonly (string | undefined)[];
  /** The number that says nothing. */
  readonly blank: number;
  /** What stands between words. */
  readonly delimiter: string;
  /** What stands for no text, as the beginning of a sentence. */
  readonly silent: ReadonlySet<string>;
}

/**
 * The likeliest symbol of each frame; the same in frames that follow each other is one, blanks between them tell two apart.
 * @param logits [frame][number]
 */
export function ctcWords(
  logits: Float32Array,
  { symbols, blank, delimiter, silent }: CtcVocabulary,
  numbers: number,
): SpokenSymbols[] {
  const words: { symbols: SpokenSymbol[] }[] = [];
  let word: { symbols: SpokenSymbol[] } | undefined;
  let last: { id: number; symbol?: { to: number; probability: number } } = { id: blank };
  for (let frame = 0; frame < logits.length / numbers; frame++) {
    const row = logits.subarray(frame * numbers, (frame + 1) * numbers);
    let id = 0;
    for (let i = 1; i < numbers; i++) if (row[i] > row[id]) id = i;
    const text = symbols[id] ?? '';
    const probability = 1 / row.reduce((sum, logit) => sum + Math.exp(logit - row[id]), 0);
    if (id === last.id) {
      if (last.symbol) {
        last.symbol.to = frame + 1;
        last.symbol.probability = Math.max(last.symbol.probability, probability);
      }
      continue;
    }
    last = { id };
    if (id === blank || silent.has(text) || text === '') continue;
    if (text === delimiter || text === ' ') {
      word = undefined;
      continue;
    }
    // Pieces of words (SentencePiece) tell where one begins themselves.
    if (!word || text.startsWith('▁')) words.push((word = { symbols: [] }));
    const symbol = { text: text.replace(/^▁/, ''), from: frame, to: frame + 1, probability };
    word.symbols.push(symbol);
    last.symbol = symbol;
  }
  return words
    .map(({ symbols: own }) => ({ text: own.map(({ text }) => text).join(''), symbols: own }))
    .filter(({ text }) => text !== '');
}
