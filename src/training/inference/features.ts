/** How unlike a model's training images others are: measured once for the model, asked of each image that it predicts. */
import type { Engine } from '../../engine/engine.ts';
import {
  type FeatureSpace,
  featureDistance,
  featureSpace,
  PICTURE_FEATURES,
  pictureFeatures,
  unlikeLevel,
} from '../../metrics/feature-distance.ts';
import type { ModelInfo } from '../../protocol/model.ts';
import { packFloats, type TrainingFeatures, unpackFloats } from '../../protocol/training-features.ts';
import type { PixelSource } from '../pixels.ts';
import { evaluate } from './evaluate.ts';

/** Images looked at, at most: enough for 32 components, and for a level that one in a hundred passes. */
const MOST_TRAINING = 256;
const MOST_HELD_OUT = 128;

export interface LookedAt {
  readonly train: readonly number[];
  readonly validation: readonly number[];
}

/** How many images `measureFeatures` predicts. */
export function featureImages({ train, validation }: LookedAt): number {
  return Math.min(MOST_TRAINING, train.length) + Math.min(MOST_HELD_OUT, validation.length);
}

/** With the engine's weights. null where the training images are too few, or all alike. `onProgress` counts images. */
export async function measureFeatures(
  engine: Engine,
  pixels: PixelSource,
  parts: LookedAt,
  onProgress: (done: number) => void = () => {},
): Promise<TrainingFeatures | null> {
  let done = 0;
  const featuresOf = async (places: readonly number[]) => {
    const rows: Float64Array[] = [];
    await evaluate(engine, pixels, places, (_place, _probabilities, _truth, image, features) => {
      rows.push(allFeatures(features, image, pixels.size));
      onProgress(++done);
    });
    return rows;
  };
  const training = await featuresOf(spread(parts.train, MOST_TRAINING));
  const space = featureSpace(training);
  if (!space) return null;
  const heldOut = await featuresOf(spread(parts.validation, MOST_HELD_OUT));
  const level = unlikeLevel(heldOut.map(row => featureDistance(space, row)));
  return {
    values: packFloats([...space.mean, ...space.scale, ...space.whiten]),
    variances: [...space.variances],
    rest: space.rest,
    images: training.length,
    ...(level ? { level } : {}),
    heldOut: heldOut.length,
  };
}

/** As many, at equal distances. */
function spread(places: readonly number[], most: number): number[] {
  const count = Math.min(places.length, most);
  return Array.from({ length: count }, (_, i) => places[Math.floor((i * places.length) / count)]!);
}

/** Distance of an image RGB [S,S,3] with these features of the engine. */
export type Distance = (features: Float32Array, image: Uint8Array, size: number) => number;

/** null where the model does not say what its training images were like. */
export function distanceBy({ trainingFeatures }: Pick<ModelInfo, 'trainingFeatures'>): Distance | null {
  if (!trainingFeatures) return null;
  const space = spaceOf(trainingFeatures);
  return (features, image, size) => {
    if (features.length + PICTURE_FEATURES !== space.mean.length)
      throw new RangeError(`${features.length} features where the model has ${space.mean.length - PICTURE_FEATURES}`);
    return featureDistance(space, allFeatures(features, image, size));
  };
}

function spaceOf({ values, variances, rest }: TrainingFeatures): FeatureSpace {
  const all = unpackFloats(values);
  const features = all.length / (variances.length + 2);
  return {
    mean: all.subarray(0, features),
    scale: all.subarray(features, 2 * features),
    whiten: all.subarray(2 * features),
    variances: Float32Array.from(variances),
    rest,
  };
}

function allFeatures(features: Float32Array, image: Uint8Array, size: number): Float64Array {
  return Float64Array.of(...features, ...pictureFeatures(image, size));
}
