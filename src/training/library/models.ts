/**
 * Models in and out: saved in the browser, downloaded, brought back from files. Everything of tfjs is loaded only here and
 * only when asked for.
 */
import { AppError } from '../../protocol/errors.ts';
import type { ModelFormat } from '../../protocol/library.ts';
import type { SavedModel } from '../../protocol/model.ts';
import { bytesLeft } from '../../store/space.ts';
import { openStore } from '../../store/store.ts';
import { describeModel, type Model } from '../model.ts';

const savedModels = () => import('../../engine/tfjs/saved-models.ts');
const modelZip = () => import('../../formats/model-zip.ts');
const onnx = () => import('../../formats/onnx/model.ts');
const safetensors = () => import('../../formats/safetensors.ts');

let lastDeleted: { name: string; model: Stored } | null = null;

export async function listModels(): Promise<SavedModel[]> {
  // tfjs's own store is a database.
  if ((await openStore()).place === 'memory') return [];
  return (await savedModels()).listModels();
}

/** Throws AppError 'bad-settings' for a name that is none, 'name-taken', 'storage-full', 'storage-missing'. */
export async function saveModel(name: string, model: Model, overwrite: boolean): Promise<void> {
  await saveWhole(checkName(name), model, overwrite);
}

export async function renameModel(name: string, to: string): Promise<void> {
  await rename(name, checkName(to));
}

export async function deleteModel(name: string): Promise<void> {
  const store = await savedModels();
  // A model that cannot be read cannot be restored either, and must still be deletable.
  const model = await store.loadModel(name).catch(() => null);
  await store.deleteModel(name);
  lastDeleted = model && { name, model };
}

/** Throws AppError 'no-model' where there is none to put back. */
export async function restoreModel(): Promise<void> {
  if (!lastDeleted) throw new AppError('no-model', 'The deleted model is gone', 'load its download, if there is one');
  const { name, model } = lastDeleted;
  await saveWhole(name, model, false);
  lastDeleted = null;
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
  const mega = (value: number) => `${(value / 1e6).toFixed(1)} MB`;
  throw new AppError(
    'storage-full',
    `Saving ${name} needs ${mega(bytes)} of the browser’s storage and ${mega(await bytesLeft())} are left`,
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

export async function loadModel(name: string): Promise<Model> {
  const store = await savedModels();
  return fromStored(await store.loadModel(name), name);
}

/** The file that `Download model`, `Export ONNX` or `Export safetensors` gives. */
export async function exportModel(model: Model, format: ModelFormat): Promise<Uint8Array<ArrayBuffer>> {
  switch (format) {
    case 'layers': {
      const [{ packModel }, { layersModelTopology }] = await Promise.all([
        modelZip(),
        import('../../engine/tfjs/topology.ts'),
      ]);
      const { arch, filters, size } = model.info;
      return packModel(model, await layersModelTopology(arch, filters, size));
    }
    case 'onnx':
      return (await onnx()).packOnnx(model);
    case 'safetensors':
      return (await safetensors()).packSafetensors(model);
    default:
      throw format satisfies never;
  }
}

/** Throws AppError 'not-a-model', 'other-network' or 'cut-short'. */
export async function importModel(files: readonly File[]): Promise<Model> {
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
  return fromStored(await unpack(read), files.map(file => file.name).join(' + '));
}

async function unpack(files: readonly { name: string; bytes: Uint8Array }[]): Promise<Stored> {
  const [file] = files;
  if (file && files.length === 1) {
    if (/\.onnx$/i.test(file.name)) return (await onnx()).unpackOnnx(file.bytes, file.name);
    if (/\.safetensors$/i.test(file.name)) return (await safetensors()).unpackSafetensors(file.bytes, file.name);
  }
  return (await modelZip()).unpackModel(files);
}

/** 64 base filters have 51 M parameters, 204 MB. */
const LARGEST = 512 * 1024 * 1024;

type Stored = Pick<Model, 'weights' | 'seed'> & {
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
