import type { AnswerSpan, Explanation } from '../../core/run/explanation';
import type { TextPair } from '../../core/text/textPair';
import type { TokenizedText } from '../../core/text/tokenizedText';
import { floatNumbers } from '../models/floatNumbers';
import type { TextModel } from '../models/textModel';
import type { ModelOutputs } from '../runs/runModel';
import { answerSpans } from './answerSpans';
import { textSimilarity } from './textSimilarity';

/** What a model says of two texts besides classes and scores: the answer to a question, or how alike they are. */
export async function saidOfPair(
  open: TextModel,
  pair: TextPair,
  input: TokenizedText,
  outputs: ModelOutputs | undefined,
): Promise<Pick<Explanation, 'answers' | 'similarity'>> {
  switch (open.info.task) {
    case 'question-answering':
      return { answers: answersIn(pair, input, outputs) };
    case 'feature-extraction':
      return { similarity: await textSimilarity(open, pair, input) };
    default:
      return {};
  }
}

/** The context is the second text, its own tokens alone. */
function answersIn(
  { tokensOfB }: TextPair,
  { text, tokens }: TokenizedText,
  outputs: ModelOutputs | undefined,
): AnswerSpan[] | undefined {
  const [start, end] = [outputs?.start_logits, outputs?.end_logits].map(tensor => tensor && floatNumbers(tensor));
  if (start?.length !== tokens.length || end?.length !== tokens.length) return undefined;
  let to = tokens.length;
  while (to > tokensOfB && tokens[to - 1].special) to--;
  return answerSpans(start, end, tokensOfB, to).map(span => ({
    ...span,
    text: text.slice(tokens[span.firstToken].start, tokens[span.lastToken].end),
  }));
}
