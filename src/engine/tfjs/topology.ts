/** The network as tfjs writes it down, for the files of saved models. */
import * as tf from '@tensorflow/tfjs';
import type { Network } from '../../network/graph.ts';
import { buildLayersNetwork } from './layers-model.ts';

/** `modelTopology` of a layers model for images of `size`; made on the CPU and freed at once. */
export async function layersModelTopology(described: Network, size: number): Promise<object> {
  await tf.setBackend('cpu');
  const network = buildLayersNetwork(described, size);
  try {
    return network.model.toJSON(null, false) as object;
  } finally {
    network.dispose();
  }
}
