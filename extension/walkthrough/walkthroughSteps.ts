import type { CutStep } from '../../core/cause/cutSteps';
import { textName } from '../../core/cause/textName';
import type { PanelSelection } from '../../core/protocol/attentionPanelProtocol';

/** What a step of a walkthrough puts into the panel. */
export interface WalkthroughStep {
  /** The text: code to begin with, the reader's own sentence, words that come again, or a date for the model that writes dates. */
  readonly text: 'code' | 'sentence' | 'repeated' | 'date';
  readonly model: 'tiny-code-gpt' | 'tiny-dates';
  readonly look: PanelSelection;
}

const self = (layer: number, head: number) => {
  const address = { kind: 'self', layer, head } as const;
  return { head: address, heads: [address] };
};

/** What repeats itself: after “ blue” came “ do(g)”. */
export const repeatedWords = 'red cat tree blue dog moon red cat tree blue';

/** Of the repeated words: the last token, the place that followed it before, and what came before that. */
const [position, follows] = [16, 7];

/** An edge of a head that is kept from a key. */
function edge(layer: number, head: number, query: number, key: number): CutStep {
  const range = (place: number) => ({ first: place, last: place });
  return { kind: 'self', heads: [{ layer, head }], queries: range(query), keys: range(key), form: 'scores' };
}

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
  induction: {
    text: 'repeated',
    model: 'tiny-code-gpt',
    look: {
      view: 'cause',
      ...self(1, 1),
      query: position,
      cause: {
        keys: { of: textName('tiny-code-gpt', repeatedWords), first: follows, last: follows },
        cuts: {
          of: textName('tiny-code-gpt', repeatedWords),
          steps: [edge(0, 1, follows, follows - 1), { ...edge(1, 1, position, follows), off: true }],
        },
      },
    },
  },
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
