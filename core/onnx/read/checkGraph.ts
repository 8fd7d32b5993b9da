import { OnnxError, quoted } from './onnxError';
import type { OnnxGraph, OnnxNode } from './onnxModel';

/**
 * Checks what the rest of the library builds on: each value is defined once and nodes form no cycle. Nodes may stand in
 * any order. Values that nothing defines are the runtime's to report.
 * @param outer names that enclosing graphs define
 * @throws {OnnxError} naming the value or node at fault
 */
export function checkGraph(graph: OnnxGraph, outer: ReadonlySet<string>): void {
  const producer = new Map<string, number>();
  const inputs = new Set(graph.inputs.map(i => i.name));
  if (inputs.size < graph.inputs.length) {
    throw twice(graph.inputs.map(i => i.name).find((name, i, all) => all.indexOf(name) !== i) ?? '');
  }
  graph.nodes.forEach((node, i) => {
    for (const name of node.outputs) {
      if (name === '') continue;
      if (producer.has(name) || inputs.has(name) || graph.initializers.has(name)) throw twice(name);
      producer.set(name, i);
    }
  });
  checkAcyclic(graph.nodes, producer);
  const visible = hasSubgraph(graph)
    ? new Set([...outer, ...inputs, ...graph.initializers.keys(), ...producer.keys()])
    : outer;
  for (const node of graph.nodes) {
    for (const { graph: body } of node.attributes.values()) {
      if (body) checkGraph(body, visible);
    }
  }
}

/** The names that a graph takes from the graphs around it, its own sub-graphs' included. */
function capturedNames(graph: OnnxGraph): Set<string> {
  const own = new Set([
    ...graph.inputs.map(i => i.name),
    ...graph.initializers.keys(),
    ...graph.nodes.flatMap(n => n.outputs),
  ]);
  const captured = new Set<string>();
  for (const node of graph.nodes) {
    for (const name of namesUsed(node)) {
      if (name !== '' && !own.has(name)) captured.add(name);
    }
  }
  for (const { name } of graph.outputs) {
    if (!own.has(name)) captured.add(name);
  }
  return captured;
}

/** The names that a node reads ('' where an input is left out), those that its sub-graphs take from around it included. */
function namesUsed(node: OnnxNode): readonly string[] {
  let captured: string[] | undefined;
  for (const { graph } of node.attributes.values()) {
    if (graph) captured = [...(captured ?? []), ...capturedNames(graph)];
  }
  return captured ? [...node.inputs, ...captured] : node.inputs;
}

/** Kahn's algorithm: what is left when no node is ready is a cycle. */
function checkAcyclic(nodes: readonly OnnxNode[], producer: ReadonlyMap<string, number>): void {
  const order = topologicalOrder(nodes, producer);
  if (order.length < nodes.length) {
    const ordered = new Set(order);
    const first = nodes.find((_, i) => !ordered.has(i));
    throw new OnnxError(
      `The graph has a cycle through ${quoted(first?.outputs[0] ?? '')}, so it cannot be run; export the model again.`,
    );
  }
}

/** Indices of the nodes in an order in which each comes after those it reads from; shorter than the nodes if there is a cycle. */
export function topologicalOrder(nodes: readonly OnnxNode[], producer: ReadonlyMap<string, number>): number[] {
  const waitsFor = new Int32Array(nodes.length);
  const readers: number[][] = nodes.map(() => []);
  let sorted = true;
  nodes.forEach((node, i) => {
    for (const name of namesUsed(node)) {
      const from = producer.get(name);
      if (from === undefined) continue;
      waitsFor[i]++;
      readers[from].push(i);
      if (from >= i) sorted = false;
    }
  });
  if (sorted) return nodes.map((_, i) => i);
  const order: number[] = [];
  nodes.forEach((_, i) => {
    if (waitsFor[i] === 0) order.push(i);
  });
  for (let at = 0; at < order.length; at++) {
    for (const reader of readers[order[at]]) {
      if (--waitsFor[reader] === 0) order.push(reader);
    }
  }
  return order;
}

function hasSubgraph(graph: OnnxGraph): boolean {
  return graph.nodes.some(node => [...node.attributes.values()].some(a => a.graph));
}

function twice(name: string): OnnxError {
  return new OnnxError(
    `The graph defines ${quoted(name)} twice, so the file is not a valid ONNX model; export it again.`,
  );
}
