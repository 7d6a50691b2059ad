/** The network as tfjs writes it down, for the files of saved models. */
import * as tf from '@tensorflow/tfjs';
import { type Architecture, buildNetwork } from '../../network/catalogue.ts';
import { buildLayersNetwork } from './layers-model.ts';

/** `modelTopology` of a layers model for images of `size`; made on the CPU and freed at once. */
export async function layersModelTopology(arch: Architecture, filters: number, size: number): Promise<object> {
  await tf.setBackend('cpu');
  const network = buildLayersNetwork(buildNetwork(arch, filters), size);
  try {
    return network.model.toJSON(null, false) as object;
  } finally {
    network.dispose();
  }
}
