/** The current model: saved, loaded, brought in and taken away. */

import type { ModelInfo } from '../../protocol/model.ts';
import { fileEnding, type ModelFormat, modelFormatRecords } from '../../protocol/model-formats.ts';
import { action } from '../action.ts';
import type { Context } from '../context.ts';
import { noModel, runUsesModel } from '../refusals.ts';
import { fileName, subjectOf } from './file-names.ts';
import { showModel } from './model-pictures.ts';
import { pretrainedFile } from './pretrained.ts';

export async function listModels({ set, ask }: Context): Promise<void> {
  set({ savedModels: await ask.library.listModels() });
}

/** Another model is the current one now. */
export async function adoptModel(context: Context, model: ModelInfo, name = model.origin): Promise<void> {
  context.set({ model, message: `Loaded ${name}` });
  await showModel(context);
}

/** Makes the model that comes with the page the current one. */
export async function adoptPretrained(context: Context): Promise<void> {
  await adoptModel(context, await context.ask.library.importModel({ files: [await pretrainedFile()] }));
}

export function createModelActions(context: Context) {
  const { get, set, ask, attempt } = context;
  const importFiles = async (files: File[]) => adoptModel(context, await ask.library.importModel({ files }));

  return {
    saveModel: action(
      context,
      noModel,
      async (name: string, overwrite?: boolean) => {
        await ask.library.saveModel({ name, overwrite: overwrite ?? false });
        await listModels(context);
        const { model } = get();
        set({ message: `Saved to this browser as “${name}”`, savedAs: model && { model: model.id, name } });
        return true;
      },
      false,
    ),
    renameModel: (name: string, to: string) =>
      attempt(async () => {
        await ask.library.renameModel({ name, to });
        await listModels(context);
        set(({ savedAs }) => (savedAs?.name === name ? { savedAs: { ...savedAs, name: to } } : {}));
        return true;
      }, false),
    deleteModel: (name: string) =>
      attempt(async () => {
        await ask.library.deleteModel({ name });
        await listModels(context);
        set({ message: `Deleted “${name}”`, deletedModel: name });
      }, undefined),
    /** Takes the last deletion back. */
    restoreModel: () =>
      attempt(async () => {
        await ask.library.restoreModel();
        await listModels(context);
        set({ message: `“${get().deletedModel}” is back`, deletedModel: null });
      }, undefined),
    loadModel: action(
      context,
      runUsesModel,
      async (name: string) => {
        const model = await ask.library.loadModel({ name });
        set({ savedAs: { model: model.id, name } });
        await adoptModel(context, model, `“${name}”`);
      },
      undefined,
    ),
    importModel: action(context, runUsesModel, (files: readonly File[]) => importFiles([...files]), undefined),
    /** Makes the model that comes with the page the current one. */
    loadPretrained: action(context, runUsesModel, () => adoptPretrained(context), undefined),
    /** Name and bytes of the download; null where that failed (a problem is shown). */
    exportModel: action(
      context,
      noModel,
      async (format: ModelFormat): Promise<{ name: string; blob: Blob } | null> => {
        const bytes = await ask.library.exportModel({ as: format });
        const { mediaType } = modelFormatRecords[format];
        const { model, keptRuns } = get();
        const name = `${fileName(subjectOf(model, keptRuns.runs), Date.now())}${fileEnding(format)}`;
        return { name, blob: new Blob([bytes], { type: mediaType }) };
      },
      null,
    ),
  };
}
