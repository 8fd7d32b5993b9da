import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ModelReference } from '../../core/protocol/modelReference';

/**
 * What tells whether a model's files are still those that were read: name, size and time of change of each, of a single graph
 * those of the graph and its weights.
 * @returns empty where there are none: what is open goes on without them.
 */
export async function modelStamp({ folder, graph }: ModelReference): Promise<string> {
  const lines: string[] = [];
  for (const place of graph ? [''] : ['', 'onnx']) {
    const names = (await readdir(path.join(folder, place)).catch(() => []))
      .filter(name => (graph ? name.startsWith(graph.file) : /\.(?:json|jinja|onnx)/.test(name)))
      .sort();
    for (const name of names) {
      const found = await stat(path.join(folder, place, name)).catch(() => undefined);
      if (found?.isFile()) lines.push(`${place}/${name} ${found.size} ${found.mtimeMs}`);
    }
  }
  return lines.join('\n');
}
