import type { PanelSelection } from '../../core/protocol/attentionPanelProtocol';

/** What a step of a walkthrough puts into the panel. */
export interface WalkthroughStep {
  /** The text: code to begin with, the reader's own sentence, or a date for the model that writes dates. */
  readonly text: 'code' | 'sentence' | 'date';
  readonly model: 'tiny-code-gpt' | 'tiny-dates';
  readonly look: PanelSelection;
}

const self = (layer: number, head: number) => {
  const address = { kind: 'self', layer, head } as const;
  return { head: address, heads: [address] };
};

/** The steps of both walkthroughs that show something in the panel, by the names that package.json calls them with. */
export const walkthroughSteps = {
  first: { text: 'code', model: 'tiny-code-gpt', look: { view: 'matrix' } },
  head: { text: 'code', model: 'tiny-code-gpt', look: { view: 'matrix', ...self(1, 1) } },
  compare: {
    text: 'code',
    model: 'tiny-code-gpt',
    look: { view: 'compare', ...self(1, 1), compare: { other: { kind: 'self', layer: 1, head: 2 } } },
  },
  switchOff: { text: 'code', model: 'tiny-code-gpt', look: { view: 'matrix', ...self(0, 1) } },
  tokens: { text: 'sentence', model: 'tiny-code-gpt', look: { view: 'matrix', ...self(0, 1) } },
  scores: { text: 'sentence', model: 'tiny-code-gpt', look: { view: 'steps', ...self(0, 1) } },
  values: { text: 'sentence', model: 'tiny-code-gpt', look: { view: 'steps', ...self(1, 2) } },
  heads: { text: 'sentence', model: 'tiny-code-gpt', look: { view: 'lines', ...self(1, 2) } },
  causal: { text: 'sentence', model: 'tiny-code-gpt', look: { view: 'matrix', ...self(1, 1) } },
  cross: { text: 'date', model: 'tiny-dates', look: { view: 'matrix', head: { kind: 'cross', layer: 1, head: 3 } } },
} as const satisfies Readonly<Record<string, WalkthroughStep>>;

export type WalkthroughStepId = keyof typeof walkthroughSteps;

/** What the first walkthrough explains: names that come again, brackets, lines. */
export const firstCode = `const prices = [3, 4, 5];
let total = 0;
for (const price of prices) {
  total = total + price;
}
console.log(total, prices);
`;

/** What the second explains where the reader gives no sentence. */
export const firstSentence = 'The old lamp stood by the window, and the old man read by the light of the lamp.';

export const firstDate = 'friday, july 4, 1986';
