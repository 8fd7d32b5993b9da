import path from 'node:path';

/** An import from one folder into another: the file that imports, and the one that it imports. */
interface FolderImport {
  readonly from: string;
  readonly to: string;
}

/** Where a file names another: `import … from`, `export … from`, `import(…)` and plain `import`, types too. */
const importLine = /(?:\bfrom|\bimport)\s*\(?\s*['"](\.[^'"]*)['"]/g;

/** For each folder, the folders that it imports, each by one of the imports. Every directory is a folder of its own. */
function folderImports(sources: ReadonlyMap<string, string>): Map<string, Map<string, FolderImport>> {
  const graph = new Map<string, Map<string, FolderImport>>();
  for (const [from, source] of sources) {
    for (const [, name] of source.matchAll(importLine)) {
      const named = path.posix.join(path.posix.dirname(from), name);
      const to = [`${named}.ts`, `${named}/index.ts`, named].find(file => sources.has(file));
      if (to === undefined || path.posix.dirname(to) === path.posix.dirname(from)) continue;
      const imported = graph.get(path.posix.dirname(from)) ?? new Map<string, FolderImport>();
      imported.set(path.posix.dirname(to), imported.get(path.posix.dirname(to)) ?? { from, to });
      graph.set(path.posix.dirname(from), imported);
    }
  }
  return graph;
}

/**
 * A circle of folders that import each other, with the imports that close it, one a line; undefined where there is none.
 * @param sources The files of a house by their paths (with `/`), and what stands in them.
 */
export function folderCircle(sources: ReadonlyMap<string, string>): string | undefined {
  const graph = folderImports(sources);
  const done = new Set<string>();
  const visit = (folder: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(folder)) return [...way.slice(way.indexOf(folder)), folder];
    if (done.has(folder)) return undefined;
    for (const next of graph.get(folder)?.keys() ?? []) {
      const circle = visit(next, [...way, folder]);
      if (circle) return circle;
    }
    done.add(folder);
    return undefined;
  };
  for (const folder of graph.keys()) {
    const circle = visit(folder, []);
    if (!circle) continue;
    const imports = circle.slice(1).map((next, i) => graph.get(circle[i])!.get(next)!);
    return [circle.join(' → '), ...imports.map(({ from, to }) => `${from} imports ${to}`)].join('\n');
  }
  return undefined;
}
