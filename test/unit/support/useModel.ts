import { rmSync } from 'node:fs';
import path from 'node:path';
import { openModel, type TransformersModel } from '../../../inference/models/openModel';
import { type FolderParts, llamaTokenizer, modelFolder } from './modelFolder';
import { fixtureFolder } from './referenceAttention';

/** Opens a model for all tests of a suite; after them it is let go, and its folder removed. */
export function useModel(dtype: string, makeFolder: () => string, opened: (open: TransformersModel) => void): void {
  let folder: string;
  let open: TransformersModel;
  before(async () => {
    folder = makeFolder();
    open = await openModel({ id: 'model', folder, dtype });
    opened(open);
  });
  after(async () => {
    await open.dispose();
    rmSync(folder, { recursive: true });
  });
}

/** The same of a reference model with the tokenizer of Llama's kind. */
export function useReference(
  dtype: string,
  parts: Omit<FolderParts, 'tokenizer'>,
  opened: (open: TransformersModel) => void,
): void {
  useModel(dtype, () => modelFolder({ ...parts, tokenizer: llamaTokenizer }), opened);
}

/** The given GPT-2 of the cause-models, in one of its forms. */
export function useCauseGpt2(form: string, opened: (open: TransformersModel) => void): void {
  useReference(
    'fp32',
    {
      reference: '../cause-models/gpt2',
      graphs: { 'model.onnx': `model_${form}.onnx` },
      config: { architectures: ['GPT2LMHeadModel'] },
    },
    opened,
  );
}

/** Opens the models of a suite before its tests, in an order of their own, and lets them go after them. */
export function useModels(open: () => Promise<readonly TransformersModel[]>): void {
  let models: readonly TransformersModel[] = [];
  before(async () => {
    models = await open();
  });
  after(() => Promise.all(models.map(model => model.dispose())));
}

/** Opens a model for one piece of work. */
export async function withModel(
  folder: string,
  dtype: string,
  work: (open: TransformersModel) => Promise<void>,
): Promise<void> {
  const open = await openModel({ id: path.basename(folder), folder, dtype });
  try {
    await work(open);
  } finally {
    await open.dispose();
  }
}

/** Opens a model of the fixtures in full precision; to be let go by who asked. */
export function openFixture(model: string): Promise<TransformersModel> {
  return openModel({ id: model, folder: fixtureFolder(model), dtype: 'fp32' });
}
