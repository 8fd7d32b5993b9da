import { explainGraph } from '../graph/explainGraph';
import { GraphModel } from '../graph/graphModel';
import type { OpenModel } from '../models/openModel';
import { explainText, type ExplainedText, type ExplainOptions } from '../runs/explainText';

/**
 * Runs a model on what it is given: a text, or a graph's inputs as JSON.
 * @throws {InferenceFault} where the model cannot read it, or the runtime fails.
 */
export function explain(open: OpenModel, text: string, options: ExplainOptions): Promise<ExplainedText> {
  return open instanceof GraphModel ? explainGraph(open, text, options) : explainText(open, text, options);
}
