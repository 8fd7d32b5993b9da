import * as vscode from 'vscode';
import { GitIgnore } from '../../core/images/gitIgnore';
import { imageExtensions } from '../../core/images/imageKinds';
import type { FileStat } from './captionStore';

/** An image of the workspace. */
export interface WorkspaceImage {
  readonly uri: vscode.Uri;
  /** Its path in the workspace with slashes; begins with the folder's name where there are several. */
  readonly path: string;
  readonly stat: FileStat;
}

/** What a search found. */
export interface FoundImages {
  readonly images: readonly WorkspaceImage[];
  /** How many were left out for their size. */
  readonly tooLarge: number;
}

const eitherCase = (extension: string) => extension.replace(/[a-z]/g, letter => `[${letter}${letter.toUpperCase()}]`);

/** All files whose name ends like an image's, in either case. */
export const imageGlob = `**/*.{${imageExtensions.map(eitherCase).join(',')}}`;
/** So many files are asked for their size at once. */
const statsAtOnce = 64;

/** The largest file that is taken for an image of the workspace, in bytes. */
function largestImage(): number {
  return vscode.workspace.getConfiguration('headlight').get<number>('captions.maximumFileSize', 20) * 2 ** 20;
}

/**
 * The images of the workspace, as VS Code's own search finds files: without what `files.exclude`, `search.exclude` and,
 * where `search.useIgnoreFiles` is on, .gitignore leave out; and without those larger than the setting says.
 * @throws {vscode.CancellationError} where it is cancelled.
 */
export async function findImages(cancelled?: vscode.CancellationToken): Promise<FoundImages> {
  const excluded = Object.entries(
    vscode.workspace.getConfiguration('search').get<Record<string, unknown>>('exclude', {}),
  );
  const patterns = excluded.filter(([, value]) => value === true).map(([pattern]) => pattern);
  const exclude = patterns.length > 0 ? `{${patterns.join(',')}}` : undefined;
  const [uris, ignored] = await Promise.all([
    vscode.workspace.findFiles(imageGlob, exclude, undefined, cancelled),
    gitIgnores(exclude, cancelled),
  ]);
  const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  const images: WorkspaceImage[] = [];
  const left = uris.filter(uri => !ignored(uri));
  const most = largestImage();
  let tooLarge = 0;
  for (let at = 0; at < left.length; at += statsAtOnce) {
    if (cancelled?.isCancellationRequested) break;
    await Promise.all(
      left.slice(at, at + statsAtOnce).map(async uri => {
        try {
          const { size, mtime } = await vscode.workspace.fs.stat(uri);
          if (size > most) tooLarge++;
          else images.push({ uri, path: vscode.workspace.asRelativePath(uri, several), stat: { size, mtime } });
        } catch {
          // Deleted since it was found.
        }
      }),
    );
  }
  if (cancelled?.isCancellationRequested) throw new vscode.CancellationError();
  return { images: images.sort((a, b) => (a.path < b.path ? -1 : 1)), tooLarge };
}

async function gitIgnores(
  exclude: string | undefined,
  cancelled: vscode.CancellationToken | undefined,
): Promise<(uri: vscode.Uri) => boolean> {
  if (!vscode.workspace.getConfiguration('search').get('useIgnoreFiles', true)) return () => false;
  const byFolder = new Map<string, GitIgnore>();
  const add = async (file: vscode.Uri, folder: vscode.WorkspaceFolder, at: string) => {
    const git = byFolder.get(folder.uri.toString()) ?? new GitIgnore();
    byFolder.set(folder.uri.toString(), git);
    try {
      git.add(at, new TextDecoder().decode(await vscode.workspace.fs.readFile(file)));
    } catch {
      // No such file: it leaves nothing out.
    }
  };
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    await add(vscode.Uri.joinPath(folder.uri, '.git/info/exclude'), folder, '');
  }
  for (const file of await vscode.workspace.findFiles('**/.gitignore', exclude, undefined, cancelled)) {
    const folder = vscode.workspace.getWorkspaceFolder(file);
    if (folder) await add(file, folder, vscode.workspace.asRelativePath(file, false).split('/').slice(0, -1).join('/'));
  }
  return uri => {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return (
      (folder && byFolder.get(folder.uri.toString())?.ignores(vscode.workspace.asRelativePath(uri, false))) ?? false
    );
  };
}
