/**
 * An ensemble of networks predicts with one engine: each network's weights in turn, for each few images, so that no more memory is needed than for
 * one of them. What is refined afterwards is the mean.
 */
import type { Engine, Weights } from '../../engine/engine.ts';
import { confusion, dice } from '../../metrics/confusion.ts';
import type { PixelSource } from '../pixels.ts';
import { THRESHOLD } from './threshold.ts';
import { withPredict } from './with-predict.ts';

/** Told the probabilities [count,S,S] of one network (from 0) alone. */
export type OnNetwork = (network: number, probabilities: Float32Array, count: number) => void;

/** The engine, whose `predict` gives the mean of the networks' probabilities, and the features of the first. */
export function averaged(engine: Engine, networks: readonly Weights[], onNetwork?: OnNetwork): Engine {
  const predict: Engine['predict'] = async (images, count, features) => {
    let sums: Float64Array | undefined;
    for (const [network, weights] of networks.entries()) {
      await engine.writeWeights(weights);
      const probabilities = await engine.predict(images, count, network === 0 ? features : undefined);
      onNetwork?.(network, probabilities, count);
      sums ??= new Float64Array(probabilities.length);
      for (let i = 0; i < sums.length; i++) sums[i] = sums[i]! + probabilities[i]!;
    }
    return Float32Array.from(sums ?? [], sum => sum / networks.length);
  };
  return withPredict(engine, predict);
}

/**
 * Mean Dice of each network alone on the first `total` images that are read, noted while the ensemble predicts them: so it costs no prediction
 * more. Not for predictions in several views, which are not of the images as they are read.
 */
export function networksAlone(networks: number, total: number) {
  let masks = new Uint8Array();
  const sums = new Float64Array(networks);
  const noted = new Uint32Array(networks);
  return {
    /** The same images; must be read through this. */
    watch: (pixels: PixelSource): PixelSource => ({
      size: pixels.size,
      async read(places) {
        const read = await pixels.read(places);
        masks = Uint8Array.from(read.masks);
        return read;
      },
      ownMask: place => pixels.ownMask(place),
    }),
    note(network: number, probabilities: Float32Array, count: number): void {
      const area = probabilities.length / count;
      for (let image = 0; image < count && noted[network]! < total; image++) {
        const part = [image * area, (image + 1) * area] as const;
        const counts = confusion(probabilities.subarray(...part), masks.subarray(...part), THRESHOLD);
        sums[network] = sums[network]! + dice(counts);
        noted[network] = noted[network]! + 1;
      }
    },
    means: (): number[] => [...sums].map((sum, network) => sum / noted[network]!),
  };
}
