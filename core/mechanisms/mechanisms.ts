/** The four models that answer side by side, in the order of their history. */
export const mechanismIds = ['none', 'bahdanau', 'luong', 'transformer'] as const;
export type MechanismId = (typeof mechanismIds)[number];

/** What is said of a mechanism. */
export interface MechanismWords {
  readonly title: string;
  /** In a word or two. */
  readonly short: string;
  /** How a score is made. */
  readonly formula: string;
  /** What the formula's letters are, and what comes of it. */
  readonly note: string;
  readonly source: string;
}

export const mechanismWords: Readonly<Record<MechanismId, MechanismWords>> = {
  none: {
    title: 'Recurrent, no attention',
    short: 'recurrent',
    formula: 'one vector, no scores',
    note: 'The encoder reads the text and hands on one vector; every digit is written from what is left of it.',
    source: 'Cho et al. 2014, Sutskever et al. 2014',
  },
  bahdanau: {
    title: 'Bahdanau (additive)',
    short: 'Bahdanau',
    formula: 'score = vᵀ tanh(W q + U k)',
    note: 'q is the decoder’s state, k the encoder’s state at a character. A small network compares the two.',
    source: 'Bahdanau et al. 2015',
  },
  luong: {
    title: 'Luong (multiplicative)',
    short: 'Luong',
    formula: 'score = qᵀ W k',
    note: 'q is the decoder’s state, k the encoder’s state at a character. One product compares the two.',
    source: 'Luong et al. 2015',
  },
  transformer: {
    title: 'Transformer',
    short: 'transformer',
    formula: 'softmax(Q Kᵀ / √d) V',
    note: 'No recurrence: each head compares a query of the digit with a key of each character, all at once.',
    source: 'Vaswani et al. 2017',
  },
};

/** Dates to begin with; each is read by some of the four and missed by others. */
export const exampleDates = [
  'sunday the 14th of march, 1943',
  'the 3rd of march, 2021',
  'february 29, 1996',
  '14/07/1989',
  'friday, 1 december 1905',
  'mon 9 nov 1970',
  'the 22nd of october, 2030',
  '5.6.2012',
] as const;
