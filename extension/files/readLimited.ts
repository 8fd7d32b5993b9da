import * as vscode from 'vscode';
import { readWithin } from '../../core/files/readWithin';

/**
 * Reads a file of the editor's file systems whole, where it is not larger than what may be read: this process is the one
 * that the user types in.
 * @throws {FileTooLarge} with a sentence; {vscode.FileSystemError} where it cannot be read.
 */
export function readLimited(uri: vscode.Uri, most: number, remedy = 'choose another'): Promise<Uint8Array> {
  return readWithin(uri.path.split('/').pop() ?? uri.path, most, remedy, {
    size: async () => (await vscode.workspace.fs.stat(uri)).size,
    read: () => vscode.workspace.fs.readFile(uri),
  });
}
