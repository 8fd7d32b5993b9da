import * as vscode from 'vscode';
import { fileLimits } from '../../core/files/fileLimits';
import type { ImageSource } from '../../core/images/image';
import { readLimited } from '../files/readLimited';

/** An image as the inference process takes it: a file by its path, what lies elsewhere by its bytes. */
export async function imageSource(uri: vscode.Uri): Promise<ImageSource> {
  const name = uri.path.split('/').pop() ?? uri.path;
  return uri.scheme === 'file'
    ? { name, path: uri.fsPath, background: themeBackground() }
    : bytesSource(name, await readLimited(uri, fileLimits.fromElsewhere, 'make it smaller'));
}

/** An image that is no file. @param name what messages call it. */
export function bytesSource(name: string, bytes: Uint8Array): ImageSource {
  return { name, bytes, background: themeBackground() };
}

/** What shows where an image is transparent. */
function themeBackground(): ImageSource['background'] {
  switch (vscode.window.activeColorTheme.kind) {
    case vscode.ColorThemeKind.Light:
    case vscode.ColorThemeKind.HighContrastLight:
      return [255, 255, 255];
    case vscode.ColorThemeKind.HighContrast:
      return [0, 0, 0];
    case vscode.ColorThemeKind.Dark:
      return [31, 31, 31];
  }
}
