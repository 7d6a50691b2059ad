/** A model of drawn weights for tests of the formats. */

import { networkOf, type PortableModel } from '../formats/tfjs-model.ts';
import { plainPreparation } from '../protocol/preparation.ts';
import { packFloats } from '../protocol/training-features.ts';
import { testWeights } from './weights.ts';

export function makeModel(changes: Partial<PortableModel['info']> = {}): PortableModel {
  const info: PortableModel['info'] = {
    arch: 'improved-unet',
    filters: 2,
    size: 32,
    ...plainPreparation,
    bestEpoch: 3,
    valDice: 0.75,
    trainingFeatures: {
      ...{ values: packFloats([1, 2, 1, 1, -3, 0.5]), variances: [1.5], rest: 0.25 },
      ...{ images: 40, level: 1.5, heldOut: 20 },
    },
    thresholds: [
      // As older versions wrote it, and with all that validation tells by now.
      { views: true, largest: false, holes: false, value: 0.43, dice: 0.8, images: 7 },
      {
        ...{ views: false, largest: false, holes: false, value: 0.5, dice: 0.81, images: 70 },
        ...{ gain: { value: 0.001, error: 0.002 }, temperature: 1.5 },
        diceFit: { slope: 1.9, intercept: -0.9, good: null, look: 0.85, images: 70 },
      },
    ],
    ...changes,
  };
  return { info, weights: testWeights(networkOf(info), 5), seed: 9 };
}
