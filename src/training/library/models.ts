/**
 * Models in and out: saved in the browser, downloaded, brought back from files. Everything of tfjs is loaded only here and
 * only when asked for.
 */

import { networkOf } from '../../formats/tfjs-model.ts';
import { AppError } from '../../protocol/errors.ts';
import { megabytes } from '../../protocol/megabytes.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import { type ModelFormat, modelFormatRecords, modelFormats } from '../../protocol/model-formats.ts';
import { databaseExists } from '../../store/databases.ts';
import { bytesLeft } from '../../store/space.ts';
import { openStore } from '../../store/store.ts';
import { type CurrentModel, describeModel, type Model } from '../model.ts';

interface Named {
  readonly name: string;
}

const savedModels = () => import('../../engine/tfjs/saved-models.ts');
const modelZip = () => import('../../formats/model-zip.ts');

interface Packing {
  pack(model: Model): Promise<Uint8Array<ArrayBuffer>>;
  /** Throws AppError 'not-a-model', 'other-network' or 'cut-short'; `name` is named in the message. */
  unpack(bytes: Uint8Array, name: string): Promise<Stored>;
}

/** How each file is written and opened. */
const packings: Record<ModelFormat, Packing> = {
  layers: {
    async pack(model) {
      const { layersModelTopology } = await import('../../engine/tfjs/topology.ts');
      const topology = await layersModelTopology(networkOf(model.info), model.info.size);
      return (await modelZip()).packModel(model, topology);
    },
    unpack: async (bytes, name) => (await modelZip()).unpackModel([{ name, bytes }]),
  },
  onnx: {
    pack: async model => (await import('../../formats/onnx/model.ts')).packOnnx(model),
    unpack: async (bytes, name) => (await import('../../formats/onnx/model.ts')).unpackOnnx(bytes, name),
  },
  onnxFixed: {
    pack: async model => (await import('../../formats/onnx/model.ts')).packOnnx(model, 'fixed'),
    unpack: (bytes, name) => packings.onnx.unpack(bytes, name),
  },
  safetensors: {
    pack: async model => (await import('../../formats/safetensors.ts')).packSafetensors(model),
    unpack: async (bytes, name) => (await import('../../formats/safetensors.ts')).unpackSafetensors(bytes, name),
  },
};

/** The commands about models. `adopt` makes one the current one. */
export function modelHandlers(current: CurrentModel, adopt: (model: Model) => ModelInfo) {
  let lastDeleted: { name: string; model: Stored } | null = null;
  return {
    // tfjs's own store is a database. Where there is none yet, as at a first visit, tfjs is not loaded to find it empty.
    listModels: async () =>
      (await openStore()).place === 'memory' || !(await databaseExists('tensorflowjs'))
        ? []
        : (await savedModels()).listModels(),
    saveModel: ({ name, overwrite }: Named & { readonly overwrite: boolean }) =>
      saveWhole(checkName(name), current.get(), overwrite),
    renameModel: ({ name, to }: Named & { readonly to: string }) => rename(name, checkName(to)),
    async deleteModel({ name }: Named) {
      const store = await savedModels();
      // A model that cannot be read cannot be restored either, and must still be deletable.
      const model = await store.loadModel(name).catch(() => null);
      await store.deleteModel(name);
      lastDeleted = model && { name, model };
    },
    async restoreModel() {
      if (!lastDeleted)
        throw new AppError('no-model', 'The deleted model is gone', 'load its download, if there is one');
      const { name, model } = lastDeleted;
      await saveWhole(name, model, false);
      lastDeleted = null;
    },
    loadModel: async ({ name }: Named) => adopt(fromStored(await (await savedModels()).loadModel(name), name)),
    importModel: async ({ files }: { readonly files: readonly File[] }) => adopt(await importModel(files)),
    /** The model as a file of that format. */
    exportModel: ({ as }: { readonly as: ModelFormat }) => packings[as].pack(current.get()),
  };
}

/**
 * tfjs says that a model is stored before the browser has committed it, and a full disk shows only then: so it is read back and
 * compared. Throws AppError 'storage-full' with the numbers; what was not stored as a whole is then not listed either.
 */
async function saveWhole(name: string, model: Stored, overwrite: boolean): Promise<void> {
  if ((await openStore()).place === 'memory')
    throw new AppError('storage-missing', 'This browser lets the page keep no models', 'download the model instead');
  const store = await savedModels();
  let cause: unknown = new Error('the model read back is not what was written');
  try {
    await store.saveModel(name, model, overwrite);
    const found = await store.loadModel(name).catch(() => null);
    if (found && sameWeights(found.weights, model.weights)) return;
    // An older one of this name may still be whole. Where not even the name was stored, there is nothing to take back.
    if (!found) await store.deleteModel(name).catch(() => undefined);
  } catch (thrown) {
    if (!(thrown instanceof AppError && thrown.code === 'storage-full')) throw thrown;
    cause = thrown.cause;
  }
  const bytes = [...model.weights.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  throw new AppError(
    'storage-full',
    `Saving ${name} needs ${megabytes(bytes)} of the browser’s storage and ${megabytes(await bytesLeft())} are left`,
    'delete older models, or download this one instead',
    { cause },
  );
}

/** The old name goes once the new one is whole: tfjs's own move would lose the model where there is no room for a copy. */
async function rename(name: string, to: string): Promise<void> {
  if (name === to) return;
  const store = await savedModels();
  const model = await store.loadModel(name).catch(() => null);
  // A network that this page does not know cannot be compared.
  if (!model) return store.renameModel(name, to);
  await saveWhole(to, model, false);
  await store.deleteModel(name);
}

function sameWeights(a: Stored['weights'], b: Stored['weights']): boolean {
  return (
    a.size === b.size &&
    [...a].every(([name, values]) => values.every((value, i) => Object.is(value, b.get(name)?.[i])))
  );
}

async function importModel(files: readonly File[]): Promise<Model> {
  return fromStored(await readModelFiles(files), files.map(file => file.name).join(' + '));
}

/** Throws AppError 'not-a-model', 'other-network' or 'cut-short'. */
export async function readModelFiles(files: readonly File[]): Promise<Stored> {
  const read = await Promise.all(
    files.map(async file => {
      if (file.size > LARGEST)
        throw new AppError(
          'not-a-model',
          `${file.name} has ${file.size} bytes, more than any model of this page`,
          'choose the downloaded model zip',
        );
      return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    }),
  );
  return unpack(read);
}

/** One file by its ending; else model.json with weights.bin, or what is no model at all. */
async function unpack(files: readonly { name: string; bytes: Uint8Array }[]): Promise<Stored> {
  const [file] = files;
  const ending = file && files.length === 1 ? /\.([^.]+)$/.exec(file.name.toLowerCase())?.[1] : undefined;
  const format = modelFormats.find(name => modelFormatRecords[name].ending === ending);
  if (file && format) return packings[format].unpack(file.bytes, file.name);
  return (await modelZip()).unpackModel(files);
}

/** 64 base filters have 51 M parameters, 204 MB. */
const LARGEST = 512 * 1024 * 1024;

export type Stored = Pick<Model, 'weights' | 'seed'> & {
  info: Omit<Model['info'], 'id' | 'origin' | 'runId' | 'keptRun' | 'parameters'>;
};

function fromStored({ info, weights, seed }: Stored, origin: string): Model {
  return { info: describeModel({ ...info, origin }), weights, seed };
}

function checkName(name: string): string {
  const trimmed = name.trim();
  if (!trimmed || trimmed.length > 100)
    throw new AppError(
      'bad-settings',
      `A model's name needs 1 to 100 characters, and this has ${trimmed.length}`,
      'type another name',
    );
  return trimmed;
}
