import ignore, { type Ignore } from 'ignore';

/** What the .gitignore files of a folder and of those below it leave out. Paths have slashes and begin at the folder. */
export class GitIgnore {
  private readonly rules = new Map<string, Ignore>();
  private readonly folders = new Map<string, boolean>();

  /** @param folder where the file lies: "" for the top, "docs/img" below it. */
  add(folder: string, text: string): void {
    const rules = this.rules.get(folder) ?? ignore();
    this.rules.set(folder, rules.add(text));
    this.folders.clear();
  }

  /** Whether a file is left out, by itself or with a folder that it lies in. */
  ignores(path: string): boolean {
    return this.ignoresFolder(parentOf(path)) || this.decides(path);
  }

  private ignoresFolder(folder: string): boolean {
    if (folder === '') return false;
    const known = this.folders.get(folder);
    if (known !== undefined) return known;
    const result = this.ignoresFolder(parentOf(folder)) || this.decides(`${folder}/`);
    this.folders.set(folder, result);
    return result;
  }

  /** The nearest .gitignore that says anything of the path decides. */
  private decides(path: string): boolean {
    for (let folder = parentOf(path.replace(/\/$/, '')); ; folder = parentOf(folder)) {
      const verdict = this.rules.get(folder)?.test(folder === '' ? path : path.slice(folder.length + 1));
      if (verdict?.ignored || verdict?.unignored) return verdict.ignored;
      if (folder === '') return false;
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
