/**
 * What a model of this page is in tfjs's layers-model format: the metadata beside the topology, the list of weights, and
 * the weights as bytes. Pure: no tfjs, no storage. The network is rebuilt from the metadata and everything is checked
 * against it, so that what comes out fits the page.
 */
import * as v from 'valibot';
import { buildNetwork } from '../network/catalogue.ts';
import { ensembleOf } from '../network/ensemble.ts';
import { type Network, type Parameter, parameters } from '../network/graph.ts';
import { AppError } from '../protocol/errors.ts';
import { networkCount } from '../protocol/model.ts';
import { constancy, framing } from '../protocol/preparation.ts';
import { tunedThreshold } from '../protocol/scores.ts';
import { seenImages } from '../protocol/seen-images.ts';
import { runSettings } from '../protocol/settings.ts';
import { trainingFeatures } from '../protocol/training-features.ts';

const FORMAT = 'lesion-studio-model';
const VERSION = 1;
export const WEIGHTS_FILE = 'weights.bin';

const { arch, filters, size } = runSettings.entries;
const modelFacts = {
  arch,
  filters,
  size,
  /** Missing in files older than the setting, whose images were prepared with its default. */
  framing,
  constancy,
  bestEpoch: v.optional(v.number()),
  valDice: v.optional(v.number()),
  thresholds: v.optional(v.array(tunedThreshold)),
  trainingFeatures: v.optional(trainingFeatures),
  /** Of an ensemble. */
  networks: v.optional(networkCount),
  /** Not there in files older than this field. */
  seen: v.optional(seenImages),
};
const metadataSchema = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  ...modelFacts,
  seed: v.number(),
  /** When the file was made, as ISO 8601. */
  created: v.optional(v.string()),
});
export type ModelMetadata = v.InferOutput<typeof metadataSchema>;

const specSchema = v.object({ name: v.string(), shape: v.array(v.number()), dtype: v.string() });
export type WeightSpec = { name: string; shape: number[]; dtype: 'float32' };

/** Values by parameter name. */
type Weights = ReadonlyMap<string, Float32Array>;

type ModelFacts = Pick<ModelMetadata, keyof typeof modelFacts>;

export interface PortableModel {
  readonly info: ModelFacts;
  readonly weights: Weights;
  readonly seed: number;
}

/** What a file says of a model, and nothing else that the page knows of it. */
function factsOf(known: ModelFacts): ModelFacts {
  const names = Object.keys(modelFacts) as (keyof ModelFacts)[];
  return Object.fromEntries(
    names.flatMap(name => (known[name] === undefined ? [] : [[name, known[name]]])),
  ) as ModelFacts;
}

export function describeMetadata({ info, seed }: PortableModel, created: Date): ModelMetadata {
  return { format: FORMAT, version: VERSION, ...factsOf(info), seed, created: created.toISOString() };
}

/** Throws AppError 'other-network' where it is no metadata of this page; `file` is named in the message. */
export function parseMetadata(value: unknown, file: string): ModelMetadata {
  const parsed = v.safeParse(metadataSchema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  const where = v.getDotPath(issue) ?? 'userDefinedMetadata';
  throw new AppError(
    'other-network',
    `${file} is no model that this page can read: its ${where} is ${issue.received}, and ${issue.expected ?? 'another value'} is needed`,
    'choose a model that was downloaded from this page',
  );
}

/** tfjs's list of weights, in the order of the bytes. */
export function weightSpecs(network: Network): WeightSpec[] {
  return parameters(network).map(({ name, shape }) => ({ name, shape: [...shape], dtype: 'float32' }));
}

/** Throws AppError 'other-network' naming the first weight that differs from the network's. */
export function checkSpecs(network: Network, value: unknown, file: string): void {
  const parsed = v.safeParse(v.array(specSchema), value);
  const wanted = parameters(network);
  const given = parsed.success ? parsed.output : [];
  const asText = (weight: Pick<Parameter, 'name' | 'shape'> | undefined) =>
    weight ? `${weight.name} [${weight.shape.join(', ')}]` : 'nothing';
  for (let i = 0; i < Math.max(wanted.length, given.length); i++) {
    const [want, have] = [wanted[i], given[i]];
    if (asText(want) !== asText(have) || have?.dtype !== 'float32')
      throw new AppError(
        'other-network',
        `${file} holds another network: weight ${i + 1} is ${asText(have)} (${have?.dtype ?? 'no values'}), and the ${network.title} needs ${asText(want)} (float32)`,
        'choose a model that was downloaded from this page',
      );
  }
}

/** All weights as little-endian 32-bit floats, in the order of `parameters`. Throws where one is missing. */
export function joinWeights(network: Network, weights: Weights): Uint8Array<ArrayBuffer> {
  const list = parameters(network);
  const view = new DataView(new ArrayBuffer(4 * list.reduce((sum, { count }) => sum + count, 0)));
  let offset = 0;
  for (const { name, count } of list) {
    const values = weights.get(name);
    if (values?.length !== count)
      throw new RangeError(`${name} needs ${count} values and has ${values?.length ?? 'none'}`);
    for (const value of values) {
      view.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  return new Uint8Array(view.buffer);
}

/** Throws AppError 'cut-short', 'other-network' (too many bytes) or 'not-a-model' (a value that is no number). */
export function splitWeights(network: Network, bytes: Uint8Array, file: string): Weights {
  const list = parameters(network);
  const needed = 4 * list.reduce((sum, { count }) => sum + count, 0);
  if (bytes.length < needed)
    throw new AppError(
      'cut-short',
      `${file} is cut short: it has ${bytes.length} bytes and the ${network.title} needs ${needed}`,
      'download or copy the model again',
    );
  if (bytes.length > needed)
    throw new AppError(
      'other-network',
      `${file} has ${bytes.length} bytes, more than the ${needed} of the ${network.title}`,
      'choose the weights that belong to this model.json',
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let offset = 0;
  return new Map(
    list.map(({ name, count }) => {
      const values = new Float32Array(count);
      for (let i = 0; i < count; i++, offset += 4) values[i] = view.getFloat32(offset, true);
      const bad = values.findIndex(value => !Number.isFinite(value));
      if (bad >= 0)
        throw new AppError(
          'not-a-model',
          `${file} holds ${values[bad]} where a number is needed (value ${bad + 1} of ${name})`,
          'the file is damaged, or its training failed: choose another model',
        );
      return [name, values];
    }),
  );
}

/** The network that the metadata describes, or the ensemble. */
export function networkOf({ arch, filters, networks }: Pick<ModelMetadata, 'arch' | 'filters' | 'networks'>): Network {
  const network = buildNetwork(arch, filters);
  return networks === undefined ? network : ensembleOf(network, networks);
}

export function toPortable(metadata: ModelMetadata, weights: Weights): PortableModel {
  return { info: factsOf(metadata), weights, seed: metadata.seed };
}
