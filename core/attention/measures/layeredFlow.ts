/** Weights below this count as none: float32 attention says no more. */
const least = 1e-9;

/** Maximum flow through layers of equal nodes, each joined to the next by a full matrix; Dinic's algorithm. */
export class LayeredFlow {
  /** Of each layer, from the last on: what may still flow forward along [from][to]. */
  private readonly forward: Float64Array[];
  private readonly rank: Int32Array;
  private readonly tried: Int32Array;
  private readonly queue: Int32Array;

  /**
   * @param layers Capacities [from][to] of each layer, row-major, with rows of `stride`; flow goes from the last to the first.
   * @param nodes How many nodes of a layer take part, from the first.
   */
  constructor(
    private readonly layers: readonly Float64Array[],
    private readonly stride: number,
    private readonly nodes: number,
  ) {
    this.forward = layers.map(() => new Float64Array(nodes * nodes));
    const all = (layers.length + 1) * nodes;
    this.rank = new Int32Array(all);
    this.tried = new Int32Array(all);
    this.queue = new Int32Array(all);
  }

  /** The most that can flow from a node above the last layer to a node below the first. */
  most(source: number, sink: number): number {
    const { nodes, layers } = this;
    layers.toReversed().forEach((capacities, depth) => {
      for (let i = 0; i < nodes; i++) {
        this.forward[depth].set(capacities.subarray(i * this.stride, i * this.stride + nodes), i * nodes);
      }
    });
    const target = layers.length * nodes + sink;
    let flow = 0;
    while (this.rankFrom(source, target)) {
      this.tried.fill(0);
      for (let pushed = this.push(source, target, Infinity); pushed > 0; pushed = this.push(source, target, Infinity)) {
        flow += pushed;
      }
    }
    return flow;
  }

  /** Numbers the nodes by their distance from the source; whether the target can be reached. */
  private rankFrom(source: number, target: number): boolean {
    const { rank, queue, nodes } = this;
    rank.fill(-1);
    rank[source] = 0;
    queue[0] = source;
    for (let head = 0, tail = 1; head < tail && rank[target] < 0; head++) {
      const node = queue[head];
      for (let edge = 0; edge < 2 * nodes; edge++) {
        const next = this.along(node, edge);
        if (next < 0 || rank[next] >= 0 || this.left(node, edge) <= least) continue;
        rank[next] = rank[node] + 1;
        queue[tail++] = next;
      }
    }
    return rank[target] >= 0;
  }

  /** Sends what one path along rising ranks can take. */
  private push(node: number, target: number, most: number): number {
    if (node === target) return most;
    for (; this.tried[node] < 2 * this.nodes; this.tried[node]++) {
      const edge = this.tried[node];
      const next = this.along(node, edge);
      if (next < 0 || this.rank[next] !== this.rank[node] + 1) continue;
      const left = this.left(node, edge);
      if (left <= least) continue;
      const pushed = this.push(next, target, Math.min(most, left));
      if (pushed <= 0) continue;
      this.send(node, edge, pushed);
      return pushed;
    }
    return 0;
  }

  /** Edges 0 to nodes − 1 lead forward, the others back; −1 where there is none. */
  private along(node: number, edge: number): number {
    const depth = Math.floor(node / this.nodes);
    if (edge < this.nodes) return depth < this.layers.length ? (depth + 1) * this.nodes + edge : -1;
    return depth > 0 ? (depth - 1) * this.nodes + edge - this.nodes : -1;
  }

  private left(node: number, edge: number): number {
    const { nodes, forward } = this;
    const depth = Math.floor(node / nodes);
    const place = node % nodes;
    if (edge < nodes) return forward[depth][place * nodes + edge];
    const from = edge - nodes;
    return this.capacity(depth - 1, from, place) - forward[depth - 1][from * nodes + place];
  }

  private send(node: number, edge: number, amount: number): void {
    const { nodes, forward } = this;
    const depth = Math.floor(node / nodes);
    const place = node % nodes;
    if (edge < nodes) forward[depth][place * nodes + edge] -= amount;
    else forward[depth - 1][(edge - nodes) * nodes + place] += amount;
  }

  private capacity(depth: number, from: number, to: number): number {
    return this.layers[this.layers.length - 1 - depth][from * this.stride + to];
  }
}
