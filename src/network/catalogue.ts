/**
 * All networks, one record each: the settings, the form, every engine's tests and the model files take their list from here. A network's
 * name stands in model files and addresses: do not rename one.
 */
import { basicUnet } from './basic-unet.ts';
import type { Network, Topology } from './graph.ts';
import { improvedUnet } from './improved-unet.ts';

interface NetworkRecord {
  /** For people, in the form, in messages and in model files. */
  readonly title: string;
  /** `filters`: maps on the first level, a whole number from 1. */
  build(filters: number): Topology;
}

export const networks = {
  'improved-unet': { title: 'Improved UNet (Isensee et al. 2017)', build: filters => improvedUnet(filters) },
  'improved-unet-single': {
    title: 'Improved UNet (Isensee et al. 2017) without deep supervision',
    build: filters => improvedUnet(filters, false),
  },
  'basic-unet': { title: 'Basic U-Net (Ronneberger et al. 2015)', build: basicUnet },
} as const satisfies Record<string, NetworkRecord>;

export type Architecture = keyof typeof networks;
export const architectures = Object.keys(networks) as [Architecture, ...Architecture[]];
export const networkTitles = Object.fromEntries(architectures.map(arch => [arch, networks[arch].title])) as Record<
  Architecture,
  string
>;

/** The network of that name with `filters` maps on its first level. Throws RangeError where that is no whole number from 1. */
export function buildNetwork(arch: Architecture, filters: number): Network {
  if (!Number.isInteger(filters) || filters < 1)
    throw new RangeError(`base filters ${filters} is not a whole number from 1`);
  const { title, build }: NetworkRecord = networks[arch];
  return { arch, title, ...build(filters) };
}
