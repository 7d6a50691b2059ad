/**
 * Models kept in the browser in tfjs's own IndexedDB format, so that `tf.loadLayersModel('indexeddb://name')` opens them
 * too once formats/tfjs-model-layers.mjs is registered.
 *
 * Promises: a name is never overwritten unless told; what is listed or loaded was checked to be a model of this page.
 */
import * as tf from '@tensorflow/tfjs';
import {
  checkSpecs,
  describeMetadata,
  joinWeights,
  type ModelMetadata,
  networkOf,
  type PortableModel,
  parseMetadata,
  splitWeights,
  toPortable,
  weightSpecs,
} from '../../formats/tfjs-model.ts';
import { AppError } from '../../protocol/errors.ts';
import type { SavedModel } from '../../protocol/model.ts';
import { layersModelTopology } from './topology.ts';

const SCHEME = 'indexeddb://';

/** Throws AppError 'name-taken' or 'storage-full'. */
export async function saveModel(name: string, model: PortableModel, overwrite: boolean): Promise<void> {
  if (!overwrite) await refuseTaken(name);
  const network = networkOf(model.info);
  const artifacts: tf.io.ModelArtifacts = {
    format: 'layers-model',
    generatedBy: 'Lesion Studio',
    convertedBy: null,
    modelTopology: await layersModelTopology(network, model.info.size),
    weightSpecs: weightSpecs(network),
    weightData: joinWeights(network, model.weights).buffer,
    userDefinedMetadata: { ...describeMetadata(model, new Date()) },
  };
  await stored(() => handler(tf.io.getSaveHandlers(address(name))).save?.(artifacts), name);
}

/** Newest first. Models that other pages of this origin saved are listed with what is known of them. */
export async function listModels(): Promise<SavedModel[]> {
  const infos = Object.entries(await tf.io.listModels()).filter(([url]) => url.startsWith(SCHEME));
  const models = await Promise.all(
    infos.map(async ([url, info]): Promise<SavedModel> => {
      const savedAt = new Date(info.dateSaved).getTime();
      const { modelTopologyBytes = 0, weightSpecsBytes = 0, weightDataBytes = 0 } = info;
      const bytes = modelTopologyBytes + weightSpecsBytes + weightDataBytes;
      const known = await knownOf(url, savedAt);
      if (!known) return { name: nameOf(url), savedAt, bytes, arch: 'another network' };
      const { arch, filters, size, valDice } = known;
      return { name: nameOf(url), savedAt, bytes, arch, filters, size, valDice };
    }),
  );
  return models.sort((a, b) => b.savedAt - a.savedAt);
}

/** Throws AppError 'no-model' or 'name-taken'. */
export async function renameModel(name: string, to: string): Promise<void> {
  if (name === to) return;
  await requireModel(name);
  await refuseTaken(to);
  await stored(() => tf.io.moveModel(address(name), address(to)), to);
}

/** Throws AppError 'no-model'. */
export async function deleteModel(name: string): Promise<void> {
  await requireModel(name);
  await tf.io.removeModel(address(name));
}

/** Throws AppError 'no-model', 'other-network', 'cut-short' or 'not-a-model'. */
export async function loadModel(name: string): Promise<PortableModel> {
  await requireModel(name);
  const artifacts = await readArtifacts(address(name));
  const metadata = parseMetadata(artifacts.userDefinedMetadata, name);
  const network = networkOf(metadata);
  checkSpecs(network, artifacts.weightSpecs, name);
  const data = artifacts.weightData ?? new ArrayBuffer(0);
  return toPortable(metadata, splitWeights(network, new Uint8Array(tf.io.CompositeArrayBuffer.join(data)), name));
}

async function readArtifacts(url: string): Promise<tf.io.ModelArtifacts> {
  const artifacts = await handler(tf.io.getLoadHandlers(url)).load?.();
  if (!artifacts) throw new Error(`${url} could not be read`);
  return artifacts;
}

function handler(handlers: tf.io.IOHandler[]): tf.io.IOHandler {
  const [first] = handlers;
  if (!first) throw new AppError('storage-missing', 'This browser keeps no models', 'download the model instead');
  return first;
}

/** tfjs lists no metadata and the weights must be read for it, so each saved version is read once. */
const metadataByVersion = new Map<string, ModelMetadata | null>();

async function knownOf(url: string, savedAt: number): Promise<ModelMetadata | null> {
  const version = `${savedAt} ${url}`;
  const cached = metadataByVersion.get(version);
  if (cached !== undefined) return cached;
  const metadata = await readArtifacts(url)
    .then(artifacts => parseMetadata(artifacts.userDefinedMetadata, nameOf(url)))
    .catch(() => null);
  metadataByVersion.set(version, metadata);
  return metadata;
}

async function exists(name: string): Promise<boolean> {
  return address(name) in (await tf.io.listModels());
}

async function requireModel(name: string): Promise<void> {
  if (!(await exists(name)))
    throw new AppError('no-model', `There is no saved model named ${name}`, 'choose one of the list');
}

async function refuseTaken(name: string): Promise<void> {
  if (await exists(name))
    throw new AppError('name-taken', `A saved model is already named ${name}`, 'choose another name, or replace it');
}

async function stored(write: () => Promise<unknown> | undefined, name: string): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'QuotaExceededError')
      throw new AppError(
        'storage-full',
        `The browser's storage has no room for ${name}`,
        'delete models or download it',
        {
          cause: error,
        },
      );
    throw error;
  }
}

/** tfjs takes a name apart at slashes. */
function address(name: string): string {
  return SCHEME + name.replaceAll('%', '%25').replaceAll('/', '%2F');
}

function nameOf(url: string): string {
  return url.slice(SCHEME.length).replaceAll('%2F', '/').replaceAll('%25', '%');
}
