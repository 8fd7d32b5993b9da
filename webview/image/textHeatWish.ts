import type { ComparedTexts, TextHeatWish } from '../../core/images/explained';

/** What of a text's attention is shown. */
export interface TextChoice {
  readonly text: number;
  readonly layer: number | 'all';
  readonly head: number | 'all';
  /** The token that is looked from; absent: the last, which the text is read from. */
  readonly token?: number;
}

const first: TextChoice = { text: 0, layer: 'all', head: 'all' };

/** What is chosen among texts as it is asked for: the first text where the chosen one is no longer there; undefined without texts. */
export function textHeatWish({ texts }: ComparedTexts, choice: TextChoice = first): TextHeatWish | undefined {
  if (texts.length === 0) return undefined;
  const there = choice.text < texts.length;
  const text = there ? choice.text : 0;
  const last = texts[text].tokens.length - 1;
  const { layer, head } = choice;
  return {
    text,
    layer,
    head,
    query: there && choice.token !== undefined && choice.token <= last ? choice.token : last,
  };
}
