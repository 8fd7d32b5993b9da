import * as vscode from 'vscode';
import { writesAboutImages } from '../../core/models/modelTask';
import type { CatalogueEntry } from '../models/modelCatalogue';
import { estimatedSize, recommendedModels } from '../models/recommendedModels';
import type { Services } from '../services/services';
import { download } from './models/downloadModel';
import { plainLabel } from '../../core/text/plainLabel';

/** Whether the choice is still to be offered; the user's settings remember that it was made. */
const setting = 'captions.offerModels';

/** What each recommended captioner is good for. */
const goodFor: Readonly<Record<string, string>> = {
  'onnx-community/Florence-2-base-ft': 'Photos, screenshots and drawings: the most exact of the three',
  'HuggingFaceTB/SmolVLM-256M-Instruct': 'Photos, documents and charts: takes a prompt and answers questions, slower',
  'Xenova/vit-gpt2-image-captioning': 'Photos: short captions, quick',
};
const order = Object.keys(goodFor);

/**
 * The model that is to caption: the one in use; before the first caption, while that is the built-in demonstration and no
 * other captioner is there, the user chooses once whether to download a real one.
 * @returns undefined where the user changed their mind, or the download did not come to its end.
 */
export async function captionerFor(services: Services): Promise<CatalogueEntry | undefined> {
  const { catalogue } = services;
  const used = await catalogue.captioner();
  const configuration = vscode.workspace.getConfiguration('headlight');
  if (!used.builtIn || !configuration.get<boolean>(setting, true)) return used;
  const entries = await catalogue.entries();
  if (entries.some(({ task, origin }) => writesAboutImages(task) && origin !== 'builtIn')) return used;
  return askForCaptioner(services);
}

/** `headlight.chooseCaptioner`: the same choice, whenever it is asked for. */
export async function chooseCaptioner(services: Services): Promise<void> {
  await askForCaptioner(services);
}

interface Item extends vscode.QuickPickItem {
  /** Puts the model to use; undefined where that did not come to its end. */
  use(): Promise<CatalogueEntry | undefined>;
}

async function askForCaptioner(services: Services): Promise<CatalogueEntry | undefined> {
  const chosen = await vscode.window.showQuickPick(await itemsFor(services), {
    title: 'Headlight: Caption Images With…',
    placeHolder: services.hub.offline
      ? 'Downloads are off (headlight.offline): these models are here'
      : 'Asked once; later by “Choose Model for Captions…”. The model runs on this machine',
    matchOnDetail: true,
  });
  const model = await chosen?.use();
  if (model) {
    await vscode.workspace.getConfiguration('headlight').update(setting, false, vscode.ConfigurationTarget.Global);
  }
  return model;
}

/** The recommended captioners that are not here yet, those that are, and the built-in one. */
async function itemsFor(services: Services): Promise<Item[]> {
  const { catalogue, hub } = services;
  const here = (await catalogue.entries()).filter(({ task }) => writesAboutImages(task));
  const models = recommendedModels
    .filter(({ task }) => writesAboutImages(task))
    .flatMap(group => group.models)
    .filter(({ id }) => id in goodFor)
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const used = await catalogue.captioner();
  const use = async (key: string) => {
    await catalogue.use(key);
    return catalogue.captioner();
  };
  const toDownload = hub.offline ? [] : models.filter(({ id }) => !here.some(entry => entry.id === id));
  return [
    ...toDownload.map(recommended => ({
      label: `$(cloud-download) ${recommended.id}`,
      description: estimatedSize(recommended),
      detail: goodFor[recommended.id],
      use: async () => {
        let model: CatalogueEntry | undefined;
        await download(services, { id: recommended.id }, async key => {
          model = await use(key);
        });
        return model;
      },
    })),
    ...here
      .filter(({ origin }) => origin !== 'builtIn')
      .map(({ id, key, dtype, purpose }) => ({
        label: `$(${used.id === id ? 'pass-filled' : 'circle-large-outline'}) ${plainLabel(id)}`,
        description: plainLabel(dtype),
        detail: purpose,
        use: () => use(key),
      })),
    ...here
      .filter(({ origin }) => origin === 'builtIn')
      .map(({ id, key }) => ({
        label: '$(beaker) Go On with the Built-in Demonstration',
        description: id,
        detail: 'Charts, diagrams, icons and shapes; often wrong, never for photos',
        use: async () => (used.builtIn ? used : use(key)),
      })),
  ];
}
