/**
 * A model as files: `model.json` and `weights.bin` in tfjs's layers-model format, packed as a zip with the layers' source
 * and a README, and back from the zip or from the two files. Bytes in and out; must not know tfjs, storage or the page.
 */
import { type FileEntry, Uint8ArrayReader, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js';
import JSZip from 'jszip';
import * as v from 'valibot';
import { AppError } from '../protocol/errors.ts';
import {
  checkSpecs,
  describeMetadata,
  joinWeights,
  networkOf,
  type PortableModel,
  parseMetadata,
  splitWeights,
  toPortable,
  WEIGHTS_FILE,
  weightSpecs,
} from './tfjs-model.ts';
import layersSource from './tfjs-model-layers.mjs?raw';
import { modelReadme } from './tfjs-model-readme.ts';

/** Unpacked. The largest network, 64 filters, has 204 MB of weights. */
const MOST_BYTES = { description: 16e6, weights: 256e6 };
const MOST_ENTRIES = 1000;

export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A zip of at most 4 GB; `topology` is tfjs's modelTopology of the same network. */
export async function packModel(
  model: PortableModel,
  topology: object,
  created = new Date(),
): Promise<Uint8Array<ArrayBuffer>> {
  const network = networkOf(model.info);
  const description = {
    format: 'layers-model',
    generatedBy: 'Lesion Studio',
    convertedBy: null,
    modelTopology: topology,
    weightsManifest: [{ paths: [WEIGHTS_FILE], weights: weightSpecs(network) }],
    userDefinedMetadata: describeMetadata(model, created),
  };
  const zip = new JSZip();
  zip.file('model.json', JSON.stringify(description, null, 1), { compression: 'DEFLATE' });
  // Trained weights do not compress.
  zip.file(WEIGHTS_FILE, joinWeights(network, model.weights));
  zip.file('layers.mjs', layersSource);
  zip.file('README.md', modelReadme(network, model.info));
  return (await zip.generateAsync({ type: 'uint8array' })) as Uint8Array<ArrayBuffer>;
}

/** From the zip, or from model.json with weights.bin. Throws AppError 'not-a-model', 'other-network' or 'cut-short'. */
export async function unpackModel(files: readonly NamedBytes[]): Promise<PortableModel> {
  const archive = files.find(isZip);
  const { description, weights } = archive ? await readArchive(archive) : readLoose(files);
  const parsed = parseDescription(description);
  const metadata = parseMetadata(parsed.userDefinedMetadata, description.name);
  const network = networkOf(metadata);
  checkSpecs(
    network,
    parsed.weightsManifest.flatMap(group => group.weights),
    description.name,
  );
  const bytes = await weights();
  return toPortable(metadata, splitWeights(network, bytes.bytes, bytes.name));
}

interface ModelFiles {
  readonly description: NamedBytes;
  readonly weights: () => Promise<NamedBytes>;
}

function isZip({ bytes }: NamedBytes): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

async function readArchive(archive: NamedBytes): Promise<ModelFiles> {
  const entries = await listEntries(archive);
  const read = async (file: string, limit: number): Promise<NamedBytes> => {
    // Packed again by hand, the files lie in a folder.
    const entry = entries.find(({ filename }) => filename === file || filename.endsWith(`/${file}`));
    if (!entry) throw missing(file, archive.name);
    const name = `${file} in ${archive.name}`;
    return { name, bytes: await inflate(entry, limit, name, archive) };
  };
  return {
    description: await read('model.json', MOST_BYTES.description),
    weights: () => read(WEIGHTS_FILE, MOST_BYTES.weights),
  };
}

async function listEntries(archive: NamedBytes): Promise<FileEntry[]> {
  const reader = new ZipReader(new Uint8ArrayReader(archive.bytes), {
    // The browser's own inflate, in this worker: the page's policy forbids blob workers and WebAssembly.
    useWebWorkers: false,
    useCompressionStream: true,
    // Names are compared, never written to: `../` does no harm.
    filenameValidation: 'tolerant',
    checkCrc32: true,
  });
  const entries: FileEntry[] = [];
  try {
    for await (const entry of reader.getEntriesGenerator()) {
      if (!entry.directory) entries.push(entry);
      if (entries.length > MOST_ENTRIES) break;
    }
  } catch (cause) {
    throw cutShort(archive, cause);
  }
  if (entries.length > MOST_ENTRIES)
    throw new AppError(
      'not-a-model',
      `${archive.name} holds more than ${MOST_ENTRIES} files, and a model zip holds four`,
      'choose a model that was downloaded from this page',
    );
  return entries;
}

/** No size that the archive states is believed: what inflates beyond it is cut off. */
async function inflate(entry: FileEntry, limit: number, name: string, archive: NamedBytes): Promise<Uint8Array> {
  const stated = entry.uncompressedSize;
  if (stated > limit)
    throw new AppError(
      'not-a-model',
      `${name} has ${stated} bytes unpacked, and no model of this page has more than ${limit}`,
      'choose a model that was downloaded from this page',
    );
  const bytes = new Uint8Array(stated);
  let length = 0;
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      if (length + chunk.length > stated) throw new Error('unpacks to more than the archive states');
      bytes.set(chunk, length);
      length += chunk.length;
    },
  });
  try {
    await entry.getData(sink);
    if (length !== stated) throw new Error(`unpacks to ${length} bytes; the archive states ${stated}`);
  } catch (cause) {
    throw cutShort(archive, cause);
  }
  return bytes;
}

function cutShort(archive: NamedBytes, cause: unknown): AppError {
  return new AppError(
    'cut-short',
    `${archive.name} is damaged or cut short: it has ${archive.bytes.length} bytes, and not all of its files can be read`,
    'download or copy the model again',
    { cause },
  );
}

function readLoose(files: readonly NamedBytes[]): ModelFiles {
  const names = files.map(file => file.name).join(', ') || 'no file';
  const description = files.find(file => file.name.toLowerCase().endsWith('.json'));
  if (!description) throw missing('model.json', names);
  const weights = files.find(file => file.name.toLowerCase().endsWith('.bin'));
  return {
    description,
    weights: async () => {
      if (!weights) throw missing(WEIGHTS_FILE, names);
      return weights;
    },
  };
}

function missing(file: string, among: string): AppError {
  return new AppError(
    'not-a-model',
    `There is no ${file} in ${among}`,
    'choose the downloaded model zip, or its model.json and weights.bin together',
  );
}

const descriptionSchema = v.object({
  modelTopology: v.looseObject({}),
  weightsManifest: v.array(v.object({ weights: v.array(v.unknown()) })),
  userDefinedMetadata: v.optional(v.unknown()),
});

function parseDescription({ name, bytes }: NamedBytes): v.InferOutput<typeof descriptionSchema> {
  try {
    return v.parse(descriptionSchema, JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw new AppError(
      'not-a-model',
      `${name} is not the description of a tfjs layers model`,
      'choose the downloaded model zip, or its model.json and weights.bin together',
      { cause },
    );
  }
}
