/** How large a graph may be: what is larger is refused while it is read. */
export interface GraphLimits {
  /** Nodes of the graph, its bodies and its functions together. */
  readonly nodes: number;
  /** Constants, inputs, outputs and declared values of all of them together. */
  readonly values: number;
}

/**
 * The largest graphs of language models have some ten thousand nodes; a million, which a file of 30 MB holds, would be walked
 * through for minutes and take gigabytes, here and in the runtime.
 */
export const graphLimits: GraphLimits = { nodes: 200_000, values: 800_000 };
