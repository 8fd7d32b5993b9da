import * as vscode from 'vscode';
import { phaseNames, type ImagePhase } from '../captions/imageState';
import type { Services } from '../services/services';
import { passes, type ImageFilter } from '../views/imageFilter';
import { plainLabel } from '../../core/text/plainLabel';

type Item = vscode.QuickPickItem & { readonly filter?: ImageFilter };

const verdicts = ['not sure', 'photo'] as const;
const phases: readonly ImagePhase[] = ['none', 'queued', 'done', 'edited', 'stale', 'failed'];

/** `headlight.images.filter`: shows only images of a state, those with a guess for a caption, or whose path or caption contains what is typed. */
export async function filterImages(services: Services): Promise<void> {
  const { images } = services;
  const all = await images.all();
  const counts = new Map<ImagePhase, number>();
  for (const image of all) {
    const { phase } = images.state(image);
    const counted = phase === 'running' ? 'queued' : phase;
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
  }
  const judged = verdicts.map(verdict => ({
    label: sentence(verdict),
    description: String(all.filter(image => passes({ verdict }, image, images.state(image))).length),
    filter: { verdict },
  }));
  const fixed: Item[] = [
    { label: 'All images', description: String(all.length) },
    ...phases.map(phase => ({
      label: sentence(phaseNames[phase]),
      description: String(counts.get(phase) ?? 0),
      filter: { phase },
    })),
    ...judged,
  ];
  const pick = vscode.window.createQuickPick<Item>();
  pick.title = 'Headlight: Filter Images';
  pick.placeholder = 'Choose a state, or type a part of a path or caption';
  pick.items = fixed;
  const chosen = await new Promise<Item | undefined>(resolve => {
    pick.onDidChangeValue(value => {
      const text = value.trim();
      pick.items =
        text === ''
          ? fixed
          : [{ label: `Contains “${plainLabel(text)}”`, alwaysShow: true, filter: { text } }, ...fixed];
    });
    pick.onDidAccept(() => resolve(pick.activeItems[0]));
    pick.onDidHide(() => resolve(undefined));
    pick.show();
  });
  pick.dispose();
  const tree = services.imagesTree();
  if (chosen && tree) tree.filter = chosen.filter;
}

/** `headlight.images.clearFilter`: shows all images again. */
export function clearImageFilter(services: Services): void {
  const tree = services.imagesTree();
  if (tree) tree.filter = undefined;
}

function sentence(words: string): string {
  return words[0].toUpperCase() + words.slice(1);
}
