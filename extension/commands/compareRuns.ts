import * as vscode from 'vscode';
import { runDescription } from '../runs/runDescription';
import type { Run, RunHistory } from '../runs/runHistory';
import type { Services } from '../services/services';
import { showInformationMessage } from '../shown/messages';
import { plainLabel } from '../../core/text/plainLabel';

/**
 * `headlight.compareRuns`: holds two runs against each other: those selected in the tree; the given one and one that the
 * user picks; or two that the user picks.
 */
export async function compareRuns(
  { history, panels }: Services,
  run?: Run,
  selected: readonly Run[] = [],
): Promise<void> {
  const { all } = history;
  if (all.length < 2) {
    void showInformationMessage(
      'Comparing takes two runs: explain another text, or the same text with another model (“Headlight: Compare With Model…”).',
    );
    return;
  }
  if (selected.length > 2) {
    void showInformationMessage(`Two runs can be compared, and ${selected.length} are selected: select two.`);
    return;
  }
  if (selected.length === 2) {
    // The tree gives them in the order of the list: the older run comes first.
    const [one, other] = [...selected].sort((a, b) => all.indexOf(b) - all.indexOf(a));
    panels.compare(one, other);
    return;
  }
  const one =
    run ??
    (await pick(
      history,
      panels.shown ? [panels.shown, ...all.filter(other => other !== panels.shown)] : all,
      'Compare Runs (1 of 2)',
      'First run',
    ));
  if (!one) return;
  const other = await pick(
    history,
    all.filter(candidate => candidate !== one),
    run ? 'Compare Runs' : 'Compare Runs (2 of 2)',
    `Run to hold “${one.name}” against`,
  );
  if (other) panels.compare(one, other);
}

// The focus goes back to the panel between two picks, which would close the second.
async function pick(
  history: RunHistory,
  runs: readonly Run[],
  title: string,
  placeHolder: string,
): Promise<Run | undefined> {
  const items = runs.map(run => ({
    run,
    label: plainLabel(run.name),
    description: plainLabel(run.source.title),
    detail: plainLabel(`${runDescription(run, history)} · ${run.explanation.tokens.length} tokens`),
  }));
  return (
    await vscode.window.showQuickPick(items, {
      title: `Headlight: ${title}`,
      placeHolder,
      matchOnDescription: true,
      matchOnDetail: true,
      ignoreFocusOut: true,
    })
  )?.run;
}
