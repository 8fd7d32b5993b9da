import * as vscode from 'vscode';
import { inputOf, taskWords } from '../../../core/models/modelTask';
import { type ChosenModel, writingFor } from '../../models/chosenWriting';
import type { CatalogueEntry } from '../../models/modelCatalogue';
import { hasChatTemplate } from '../../models/modelFolder';
import { estimatedSize, recommendedModels } from '../../models/recommendedModels';
import type { Services } from '../../services/services';
import { download, downloadModel } from './downloadModel';
import { plainLabel } from '../../../core/text/plainLabel';

/** What models of an input are for, as a heading of the quick pick. */
const headings = { text: 'Explain Attention', image: 'images', speech: 'speech' } as const;

interface Item extends vscode.QuickPickItem {
  readonly key?: string;
  /** A model of the hub that is to be downloaded. */
  readonly hub?: string;
}

/** What the model is for, where it is chosen for a text. */
interface Purpose {
  /** Whether it is to transcribe speech: only such models are listed, and one that is downloaded is used at once. */
  readonly speech?: boolean;
  /** Whether it is to read messages: those with a chat template come first, and one is recommended for download. */
  readonly chat?: boolean;
}

/** The smallest recommended model that was trained to chat. */
const recommendedForChat = 'HuggingFaceTB/SmolLM2-135M-Instruct';

/**
 * `headlight.chooseModel`: a quick pick of all models, by what they are given; the chosen one is used from now on.
 * @param purpose tells that it is chosen for a text that was asked for.
 * @returns for such a text the model that was chosen, and what it is to write; undefined for none, or for any other use.
 */
export async function chooseModel(services: Services, purpose?: Purpose): Promise<ChosenModel | undefined> {
  const { catalogue } = services;
  const forText = purpose !== undefined && 'chat' in purpose;
  const entries = await catalogue.entries();
  const withTemplate = new Set<CatalogueEntry>();
  if (purpose?.chat) {
    await Promise.all(entries.map(async entry => (await hasChatTemplate(entry.folder)) && withTemplate.add(entry)));
  }
  const part = (label: string, those: readonly CatalogueEntry[], ...more: readonly Item[]): Item[] =>
    those.length + more.length === 0
      ? []
      : [
          { label, kind: vscode.QuickPickItemKind.Separator },
          ...those.map(entry => itemOf(entry, catalogue.isUsed(entry))),
          ...more,
        ];
  const forSpeech = purpose?.speech === true;
  const speech = recommendedModels
    .filter(({ task }) => inputOf(task) === 'speech')
    .flatMap(({ models }) => models)
    .filter(({ id }) => !entries.some(entry => entry.id === id))
    .map(model => ({
      hub: model.id,
      label: `$(cloud-download) ${model.id}`,
      description: estimatedSize(model),
      detail: `Recommended for download: ${taskWords['automatic-speech-recognition']} · ${model.languages.join(', ')} · ${model.licence}`,
    }));
  const recommended: Item = {
    label: `$(cloud-download) ${recommendedForChat}`,
    detail: 'Recommended for download: small, and trained to chat',
    alwaysShow: true,
  };
  const known = entries.some(({ id }) => id === recommendedForChat);
  const items = [
    ...(purpose?.chat ? part('With a chat template', [...withTemplate], ...(known ? [] : [recommended])) : []),
    ...(forText
      ? (['text'] as const)
      : forSpeech
        ? (['speech'] as const)
        : (['text', 'image', 'speech'] as const)
    ).flatMap(input =>
      part(
        `For ${headings[input]}`,
        entries.filter(entry => inputOf(entry.task) === input && !withTemplate.has(entry)),
        ...(input === 'speech' ? speech : []),
      ),
    ),
  ];
  const add: Item = {
    label: '$(add) Add Model…',
    detail: 'By its name on the hub, or from a folder',
    alwaysShow: true,
  };
  const chosen = await vscode.window.showQuickPick<Item>(
    [...items, { label: '', kind: vscode.QuickPickItemKind.Separator }, add],
    { title: 'Headlight: Choose Model', placeHolder: 'A model to use from now on', matchOnDetail: true },
  );
  if (chosen === add) await vscode.commands.executeCommand('headlight.addModel');
  else if (chosen === recommended && forText) {
    let there: string | undefined;
    await download(services, { id: recommendedForChat }, async key => {
      // After another try nobody waits for it here any more.
      await catalogue.use(key);
      there = key;
    });
    if (there !== undefined) return await useForText(services, there);
  } else if (chosen === recommended) await downloadModel(services, { id: recommendedForChat });
  else if (chosen?.hub !== undefined) {
    if (forSpeech) await download(services, { id: chosen.hub }, key => catalogue.use(key));
    else await downloadModel(services, { id: chosen.hub });
  } else if (chosen?.key !== undefined) {
    if (forText) return await useForText(services, chosen.key);
    await catalogue.use(chosen.key);
  }
  return undefined;
}

async function useForText(services: Services, key: string): Promise<ChosenModel | undefined> {
  const { catalogue } = services;
  await catalogue.use(key);
  const model = await catalogue.find(key);
  const writing = model && (await writingFor(services, model));
  return model && writing !== 'cancelled' ? { model, writing } : undefined;
}

function itemOf({ key, id, purpose, size, architecture, dtype }: CatalogueEntry, used: boolean): Item {
  return {
    key,
    label: `$(${used ? 'pass-filled' : 'circle-large-outline'}) ${plainLabel(id)}`,
    description: plainLabel(used ? `in use · ${dtype}` : dtype),
    detail: plainLabel(`${purpose} · ${architecture}${size ? ` · ${size}` : ''}`),
  };
}
