import * as vscode from 'vscode';
import { altTextEdit } from './altTextEdit';
import { describeImages, type DescribeServices } from './describeImages';
import { imageLinks, imageLinksAt, type DocumentImage } from '../links/imageLinks';
import { liesElsewhere } from '../links/linkedImage';
import { missingAltCode } from './missingAlt';
import { fixAllKind } from './registerLanguageFeatures';
import { showWarningMessage } from '../shown/messages';

/** A code action that knows whose images it describes. */
class FixAllAction extends vscode.CodeAction {
  constructor(readonly document: vscode.TextDocument) {
    super('Describe all images without alt text with Headlight', fixAllKind);
  }
}

/** Whether an image has no alt text and may get one: what lies on the web cannot be looked at, and is left alone. */
const isToDescribe = (link: DocumentImage) =>
  link.alt === 'missing' && link.describe !== undefined && !liesElsewhere(link);

/** Offers to describe the image at the caret, and all of the file, where they have no alt text. */
export class DescribeActions {
  constructor(private readonly services: DescribeServices) {}

  async provide(
    document: vscode.TextDocument,
    range: vscode.Range,
    { only, triggerKind, diagnostics }: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const actions: vscode.CodeAction[] = [];
    const wants = (kind: vscode.CodeActionKind) => !only || only.contains(kind);
    // “Fix all” of a save is for what is surely right. A caption is not: there, only who names Headlight gets it.
    const named = only !== undefined && fixAllKind.contains(only);
    if ((only && wants(fixAllKind) && triggerKind === vscode.CodeActionTriggerKind.Invoke) || named) {
      if ((await imageLinks(document)).some(isToDescribe)) actions.push(new FixAllAction(document));
    }
    if (!wants(vscode.CodeActionKind.QuickFix)) return actions;
    for (const link of await imageLinksAt(document, range)) {
      if (link.alt === 'given' || !link.describe || liesElsewhere(link)) continue;
      const action = new vscode.CodeAction('Describe image with Headlight', vscode.CodeActionKind.QuickFix);
      action.command = {
        command: 'headlight.describeImage',
        title: action.title,
        arguments: [document.uri, link.from],
      };
      action.diagnostics = diagnostics.filter(
        ({ code, range: at }) => code === missingAltCode && at.start.isEqual(document.positionAt(link.from)),
      );
      actions.push(action);
    }
    const missing = (await imageLinks(document)).filter(isToDescribe).length;
    if (actions.length > 0 && missing > 1) {
      const all = new vscode.CodeAction(
        `Describe all ${missing} images of this file with Headlight`,
        vscode.CodeActionKind.QuickFix,
      );
      all.command = { command: 'headlight.describeImages', title: all.title };
      actions.push(all);
    }
    return actions;
  }

  /** Captions what a “Fix all” is to describe. */
  async resolve(action: vscode.CodeAction, token: vscode.CancellationToken): Promise<vscode.CodeAction> {
    if (!(action instanceof FixAllAction)) return action;
    const { document } = action;
    const { described, failures } = await describeImages(
      this.services,
      document,
      (await imageLinks(document)).filter(isToDescribe),
      token,
    );
    action.edit = await altTextEdit(this.services.client, document, described, token);
    if (failures.length > 0) {
      void showWarningMessage(
        failures.length === 1
          ? failures[0]
          : `${failures.length} images could not be described; the log tells why. ${failures[0]}`,
      );
    }
    return action;
  }
}
