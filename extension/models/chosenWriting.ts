import * as vscode from 'vscode';
import { languageName, taskName, writingWords, type Writing, type WritingChoices } from '../../core/models/writing';
import { InferenceRequest } from '../../core/protocol/inferenceProtocol';
import type { ModelReference } from '../../core/protocol/modelReference';
import type { ChosenWriting } from '../source/sourceText';
import type { InferenceClient } from '../inference/inferenceClient';
import type { CatalogueEntry } from './modelCatalogue';
import { plainLabel } from '../../core/text/plainLabel';

/** What asking works with: who reads the model's files, and where what was chosen is remembered over all windows. */
export interface WritingServices {
  readonly client: Pick<InferenceClient, 'request'>;
  readonly memory: vscode.Memento;
}

/** A model that the user chose for a text, and what it is to write of it. */
export interface ChosenModel {
  readonly model: CatalogueEntry;
  readonly writing?: ChosenWriting;
}

/** Where what was chosen is remembered, for each model over all windows. */
const memoryKey = 'headlight.writing';

/** What was chosen for a model to write; undefined where nothing was yet. */
export function chosenWriting(
  { memory }: Pick<WritingServices, 'memory'>,
  { id }: Pick<ModelReference, 'id'>,
): ChosenWriting | undefined {
  return memory.get<Record<string, ChosenWriting>>(memoryKey, {})[id];
}

/** What {@link askForWriting} ends with: undefined where there is nothing to choose. */
export type Answer = ChosenWriting | 'cancelled' | undefined;

/**
 * What a model is to write of a text, where there is something to choose: what was chosen before, else what the user says.
 * @throws Error with one sentence where the model's files cannot be read.
 */
export async function writingFor(
  services: WritingServices,
  model: ModelReference & Partial<Pick<CatalogueEntry, 'task'>>,
): Promise<Answer> {
  if (model.task !== 'text2text-generation') return undefined;
  return chosenWriting(services, model) ?? askForWriting(services, model);
}

/** Asks which languages, or which task, and remembers it. */
export async function askForWriting(services: WritingServices, model: ModelReference): Promise<Answer> {
  const { id, folder, dtype } = model;
  const choices = await services.client.request(InferenceRequest.writingChoices, { model: { id, folder, dtype } });
  if (choices.languages.length === 0 && choices.tasks.length === 0) return undefined;
  const before = chosenWriting(services, model) ?? {};
  const writing =
    choices.languages.length > 0 ? await askForLanguages(id, choices, before) : await askForTask(id, choices, before);
  if (!writing) return 'cancelled';
  const remembered = { ...writing, words: writingWords(writing, choices) };
  await services.memory.update(memoryKey, {
    ...services.memory.get<Record<string, ChosenWriting>>(memoryKey, {}),
    [id]: remembered,
  });
  return remembered;
}

async function askForLanguages(
  id: string,
  { languages, hasSource }: WritingChoices,
  before: Writing,
): Promise<Writing | undefined> {
  const ask = async (step: string, placeHolder: string, chosen: string | undefined) => {
    const items = languages
      .map(({ code }) => ({
        code,
        label: plainLabel(languageName(code)),
        description: plainLabel(code === chosen ? `${code} · chosen before` : code),
      }))
      .sort((a, b) => Number(b.code === chosen) - Number(a.code === chosen) || a.label.localeCompare(b.label, 'en'));
    return (
      await vscode.window.showQuickPick(items, {
        title: `Headlight: Languages of ${id}${step}`,
        placeHolder,
        matchOnDescription: true,
        ignoreFocusOut: true,
      })
    )?.code;
  };
  const source = hasSource ? await ask(' (1/2)', 'The language of the text', before.source) : undefined;
  if (hasSource && source === undefined) return undefined;
  const target = await ask(hasSource ? ' (2/2)' : '', 'The language to write', before.target);
  return target === undefined ? undefined : { source, target };
}

async function askForTask(id: string, { tasks }: WritingChoices, before: Writing): Promise<Writing | undefined> {
  const items: (vscode.QuickPickItem & { readonly writing: Writing })[] = [
    ...tasks.map(task => ({
      writing: { task: task.name },
      label: plainLabel(taskName(task)),
      description: task.name === before.task ? 'chosen before' : undefined,
      detail: plainLabel(`Reads “${task.prefix}” before the text`),
    })),
    { writing: {}, label: 'Nothing Before the Text', detail: 'The text says itself what is to be done with it' },
  ];
  return (
    await vscode.window.showQuickPick(items, {
      title: `Headlight: Task of ${id}`,
      placeHolder: 'What to do with the text',
      ignoreFocusOut: true,
    })
  )?.writing;
}
