import { basicUnet } from './basic-unet.ts';
import type { Architecture, Network } from './graph.ts';
import { improvedUnet } from './improved-unet.ts';

/** The network of that name with `filters` maps on its first level. */
export function buildNetwork(arch: Architecture, filters: number): Network {
  if (!Number.isInteger(filters) || filters < 1)
    throw new RangeError(`base filters ${filters} is not a whole number from 1`);
  switch (arch) {
    case 'improved-unet':
      return improvedUnet(filters);
    case 'improved-unet-single':
      return improvedUnet(filters, false);
    case 'basic-unet':
      return basicUnet(filters);
    default:
      throw arch satisfies never;
  }
}
