/** A text made to show one mechanism, with what to look for. */
export interface Probe {
  readonly id: string;
  readonly label: string;
  /** What it shows, in a few words. */
  readonly description: string;
  /** The document's first line: what to look for. */
  readonly look: string;
  readonly language: string;
  /** Marked as `markedText` reads it: the head that looks most from the one to the other is shown. */
  readonly text: string;
  /** The built-in model that it needs; absent: the model in use. */
  readonly model?: string;
  /** Of what an encoder-decoder writes: from which part of it one looks at which part of the text. */
  readonly written?: readonly { readonly from: string; readonly to: string }[];
}

/** In the order in which they are offered. */
export const probes: readonly Probe[] = [
  {
    id: 'repeated',
    label: 'Repeated Random Words',
    description: 'induction: what followed last time follows again',
    look: 'Look for a head that goes from a repeated word to what came after it before (induction).',
    language: 'plaintext',
    text:
      'river stone apple «a<cloud» window «b<rope»\n' +
      'green paper seven «c<lamp» table «d<coat»\n' +
      'river stone «a>apple» cloud «b>window» rope\n' +
      'north glass copper\n' +
      'green paper «c>seven» lamp «d>table» coat\n' +
      'honey silver «e<button» mountain\n' +
      'seven river honey «e>silver» button',
  },
  {
    id: 'names',
    label: 'Indirect Object (Two Names)',
    description: 'duplicate token: the name that was there before',
    look: 'Look for a head that goes from the second “Mary” to the first (duplicate token); which name should follow?',
    language: 'plaintext',
    text: 'When John and «a<Mary» went to the store, «a>Mary» gave a drink to',
  },
  {
    id: 'brackets',
    label: 'Brackets with Long Gaps',
    description: 'matching bracket: from the closing one to its partner',
    look: 'Look for a head that goes from each closing bracket to the one that it closes (matching bracket).',
    language: 'javascript',
    text:
      "const total = sum(«a<[»first, second, third(«b<{» name: 'a', values: list.map(item => item.value) «b>}»), last«a>]»);\n" +
      'if (total > limit && items.every(item => item.value < limit)) «c<{»\n' +
      "  report('too much', [total, limit], { when: now(), who: user.name });\n" +
      '  total.values.sort((a, b) => a.size - b.size);\n' +
      '«c>}»\n',
  },
  {
    id: 'definition',
    label: 'Definition Used Far Below',
    description: 'duplicate token: from a use to where the name was defined',
    look: 'Look for a head that goes from “limit” in the last line to where it was defined.',
    language: 'javascript',
    text:
      'const «a<limit» = 12;\n' +
      'const names = readNames(file);\n' +
      'const counts = new Map();\n' +
      'for (const name of names) {\n' +
      '  counts.set(name, (counts.get(name) ?? 0) + 1);\n' +
      '}\n' +
      'const sorted = [...counts].sort((a, b) => b[1] - a[1]);\n' +
      'return sorted.slice(0, «a>limit»',
  },
  {
    id: 'copy',
    label: 'Copying a List',
    description: 'previous token and induction together: the list goes on',
    look: 'Look for a head that goes from each item of the copy to what came after it in the list; the next item should follow.',
    language: 'markdown',
    text:
      '- milk\n- bread«a<\n»- olives«b<\n»- rice«c<\n»- salt\n- lemons\n- butter\n\n' +
      'And once more, for the market on Friday morning:\n\n' +
      '- milk\n- «a>bread»\n- «b>olives»\n- «c>rice»\n-',
  },
  {
    id: 'date',
    label: 'A Date',
    description: 'cross-attention: each written character looks at the part of the date that it comes from',
    look: 'Look, row by row, at where each written digit looks: the year is written first and stands last.',
    language: 'plaintext',
    text: 'friday, july 4, 1986',
    model: 'tiny-dates',
    written: [
      { from: '07', to: 'july' },
      { from: '1986', to: '1986' },
    ],
  },
  {
    id: 'pronoun',
    label: 'A Pronoun',
    description: 'coreference: what does “it” stand for?',
    look: 'Look from “it”: does any head go to “animal” rather than to “street”? Small models mostly do not; compare a larger one.',
    language: 'plaintext',
    text: 'The «a<animal» did not cross the street because «a>it» was too tired.',
  },
];
