/** The current model: saved, loaded, brought in and taken away, and shown on the first validation images. */
import * as v from 'valibot';
import type { StoreApi } from 'zustand/vanilla';
import type { Client } from '../../protocol/client.ts';
import { samePreparation } from '../../protocol/preparation.ts';
import { type ModelFormat, modelInfo, savedModel, type TrainingCommand, triptych } from '../../protocol/run.ts';
import type { Studio, StudioState } from '../studio.ts';
import { pretrainedFile } from './pretrained.ts';

const nothing = v.unknown();

/** Validation images whose predictions are shown. */
const SAMPLES = 4;

export interface ModelContext {
  readonly get: StoreApi<Studio>['getState'];
  readonly set: StoreApi<Studio>['setState'];
  readonly training: Client<TrainingCommand>;
  readonly attempt: <T>(action: () => Promise<T>, otherwise: T) => Promise<T>;
}

export function createModelActions({ get, set, training, attempt }: ModelContext) {
  /** Pictures of what a loaded model makes of the first validation images, if both are there. */
  const showModel = async () => {
    const { dataset, currentSplit, model } = get();
    // A run's own masks come with its epochs.
    if (!dataset || !currentSplit || !model || model.runId || !samePreparation(dataset, model)) return;
    const places = currentSplit.validation.slice(0, SAMPLES);
    const pictures = await Promise.all(
      places.map(index =>
        training.ask({ type: 'picture', dataset, index, threshold: 0.5, inference: get().inference }, triptych),
      ),
    );
    set({ modelPictures: pictures });
  };
  const adoptModel = async () => {
    set({ modelPictures: [], testOutcome: null, outlines: null });
    await showModel();
  };
  const listModels = async () => set({ savedModels: await training.ask({ type: 'listModels' }, v.array(savedModel)) });

  return {
    showModel,
    adoptModel,
    listModels,
    actions: {
      saveModel: (name: string, overwrite = false) =>
        attempt(async () => {
          await training.ask({ type: 'saveModel', name, overwrite }, nothing);
          await listModels();
          set({ message: `Saved to this browser as “${name}”` });
          return true;
        }, false),
      renameModel: (name: string, to: string) =>
        attempt(async () => {
          await training.ask({ type: 'renameModel', name, to }, nothing);
          await listModels();
          return true;
        }, false),
      deleteModel: (name: string) =>
        attempt(async () => {
          await training.ask({ type: 'deleteModel', name }, nothing);
          await listModels();
          set({ message: `Deleted “${name}”`, deletedModel: name });
        }, undefined),
      restoreModel: () =>
        attempt(async () => {
          await training.ask({ type: 'restoreModel' }, nothing);
          await listModels();
          set({ message: `“${get().deletedModel}” is back`, deletedModel: null });
        }, undefined),
      loadModel: (name: string) =>
        attempt(async () => {
          set({ model: await training.ask({ type: 'loadModel', name }, modelInfo), message: `Loaded “${name}”` });
          await adoptModel();
        }, undefined),
      importModel: (files: readonly File[]) =>
        attempt(async () => {
          const model = await training.ask({ type: 'importModel', files: [...files] }, modelInfo);
          set({ model, message: `Loaded ${model.origin}` });
          await adoptModel();
        }, undefined),
      loadPretrained: () =>
        attempt(async () => {
          const model = await training.ask({ type: 'importModel', files: [await pretrainedFile()] }, modelInfo);
          set({ model, message: `Loaded ${model.origin}` });
          await adoptModel();
        }, undefined),
      exportModel: (format: ModelFormat) =>
        attempt(async () => {
          const bytes = await training.ask({ type: 'exportModel', as: format }, v.instance(Uint8Array<ArrayBuffer>));
          const { ending, type } = modelFiles[format];
          return { name: `${modelName(get())}.${ending}`, blob: new Blob([bytes], { type }) };
        }, null),
    },
  };
}

const modelFiles = {
  layers: { ending: 'zip', type: 'application/zip' },
  onnx: { ending: 'onnx', type: 'application/octet-stream' },
  safetensors: { ending: 'safetensors', type: 'application/octet-stream' },
} as const;

function modelName({ model }: StudioState): string {
  return model ? `lesion-studio-${model.arch}-${model.size}-f${model.filters}` : 'lesion-studio-model';
}
