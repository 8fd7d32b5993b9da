import * as vscode from 'vscode';
import type { ImageLink } from '../../core/markup/imageLink';

/** The image that a link shows: a file, or one that is written out in the document. */
export type LinkedImage = { readonly uri: vscode.Uri } | { readonly bytes: Uint8Array };

/** Whether an address names something that is neither in the document nor a file of this machine. */
export function liesElsewhere({ address }: Pick<ImageLink, 'address'>): boolean {
  return /^(\w[\w+.-]+:|\/\/)/.test(address) && !/^(file|data):/.test(address);
}

/**
 * Finds the image of a link: beside the document, from the workspace folder, or where web projects keep what `/`, `@/`,
 * `~@/`, `~/` and `$lib/` stand for.
 * @throws Error with one sentence where it lies on the web, or nowhere.
 */
export async function linkedImage(
  document: vscode.TextDocument,
  { address }: Pick<ImageLink, 'address'>,
): Promise<LinkedImage> {
  const written = /^data:image\/[\w.+-]+(;[^,]*)?,(.*)$/s.exec(address);
  if (written) {
    const base64 = written[1]?.endsWith(';base64') === true;
    return { bytes: base64 ? Buffer.from(written[2], 'base64') : new TextEncoder().encode(decoded(written[2])) };
  }
  if (address.startsWith('data:')) {
    throw new Error('What is written out in the document is no image; check the address.');
  }
  if (liesElsewhere({ address })) {
    throw new Error(
      `${address.slice(0, 80)} is not a file of this machine; Headlight loads nothing from elsewhere, so save it beside the document.`,
    );
  }
  for (const uri of candidates(document, address)) {
    try {
      if ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) return { uri };
    } catch {
      // Not there; it may be at the next place.
    }
  }
  throw new Error(
    `${address.slice(0, 80)} was not found beside ${document.uri.path.split('/').pop()} nor in the workspace; check the path.`,
  );
}

function candidates(document: vscode.TextDocument, address: string): vscode.Uri[] {
  if (address.startsWith('file:')) return [vscode.Uri.parse(address)];
  const root = (vscode.workspace.getWorkspaceFolder(document.uri) ?? vscode.workspace.workspaceFolders?.[0])?.uri;
  const beside = document.isUntitled ? root : vscode.Uri.joinPath(document.uri, '..');
  const named = address.replace(/[?#].*$/s, '');
  // A name may hold what looks like a query or an escape; a browser takes a backslash for a slash.
  const paths = new Set([address, named, decoded(named), decoded(named).replaceAll('\\', '/')]);
  return [...paths].flatMap(path => {
    const inRoot = (...folders: string[]) =>
      root ? folders.map(folder => vscode.Uri.joinPath(root, folder, path.replace(/^(~?@\/|~\/|\$lib\/|\/)/, ''))) : [];
    if (path.startsWith('/')) {
      return [...inRoot('', 'public', 'static'), ...(document.uri.scheme === 'file' ? [vscode.Uri.file(path)] : [])];
    }
    if (/^(~?@|~)\//.test(path)) return inRoot('src', '', 'app');
    if (path.startsWith('$lib/')) return inRoot('src/lib');
    return [...(beside ? [vscode.Uri.joinPath(beside, path)] : []), ...inRoot('')];
  });
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
