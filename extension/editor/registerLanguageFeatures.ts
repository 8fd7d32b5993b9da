import * as vscode from 'vscode';
import { markupLanguageIds, markupPattern, mayShowImage } from '../../core/markup/markupLanguages';
import { followConversations } from './conversationSelected';
import { followImagesInView } from './imageInView';

/** What does the work, loaded where it is needed. */
interface LanguageFeatures {
  readonly describeActions: {
    provide(
      document: vscode.TextDocument,
      range: vscode.Range,
      context: vscode.CodeActionContext,
    ): Promise<vscode.CodeAction[]>;
    resolve(action: vscode.CodeAction, token: vscode.CancellationToken): Promise<vscode.CodeAction>;
  };
  hoverImage(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined>;
  tellMissingAlt(): void;
}

/** What “Fix all” is called for Headlight: `source.fixAll.headlight`. */
export const fixAllKind = vscode.CodeActionKind.SourceFixAll.append('headlight');

/** A tag may begin so many lines before the caret. */
const tagLines = 20;

/** Registers what Headlight does in documents that show images. The features are loaded where the caret meets an image. */
export function registerLanguageFeatures(features: () => Promise<LanguageFeatures>): vscode.Disposable[] {
  const selector = [
    ...markupLanguageIds.map(language => ({ language })),
    { language: 'plaintext', pattern: markupPattern },
  ];
  const meetsImage = (document: vscode.TextDocument, { start, end }: vscode.Range) =>
    mayShowImage(document.getText(new vscode.Range(Math.max(0, start.line - tagLines), 0, end.line + tagLines, 0)));
  const tellsMissing = () => vscode.workspace.getConfiguration('headlight').get('captions.missingAltText') !== 'off';
  const startTelling = () => {
    if (tellsMissing()) void features().then(loaded => loaded.tellMissingAlt());
  };
  startTelling();
  return [
    followImagesInView(),
    followConversations(),
    vscode.languages.registerCodeActionsProvider(
      selector,
      {
        provideCodeActions: async (document, range, context) =>
          context.only?.intersects(fixAllKind) || meetsImage(document, range)
            ? (await features()).describeActions.provide(document, range, context)
            : [],
        resolveCodeAction: async (action, token) => (await features()).describeActions.resolve(action, token),
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, fixAllKind] },
    ),
    vscode.languages.registerHoverProvider(selector, {
      provideHover: async (document, position) =>
        meetsImage(document, new vscode.Range(position, position))
          ? (await features()).hoverImage(document, position)
          : undefined,
    }),
    vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration('headlight.captions.missingAltText')) startTelling();
    }),
  ];
}
