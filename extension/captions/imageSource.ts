import * as vscode from 'vscode';
import type { ImageSource } from '../../core/protocol/captionProtocol';

/** An image as the inference process takes it: a file by its path, what lies elsewhere by its bytes. */
export async function imageSource(uri: vscode.Uri): Promise<ImageSource> {
  const { kind } = vscode.window.activeColorTheme;
  const light = kind === vscode.ColorThemeKind.Light || kind === vscode.ColorThemeKind.HighContrastLight;
  return {
    name: uri.path.split('/').pop() ?? uri.path,
    ...(uri.scheme === 'file' ? { path: uri.fsPath } : { bytes: await vscode.workspace.fs.readFile(uri) }),
    background: light ? [255, 255, 255] : [31, 31, 31],
  };
}
