/** Which images of a split a model may be judged by: what it has learnt from tells nothing. */
import type { DatasetSummary, Split } from '../../protocol/dataset.ts';
import { AppError } from '../../protocol/errors.ts';
import { seenPlaces, unpackSeen } from '../../protocol/seen-images.ts';
import type { Model } from '../model.ts';
import { featureImages } from './features.ts';

/** Throws AppError 'bad-split' where the model has seen every test image. */
export function heldOut(
  split: Split,
  seen: ReadonlySet<number> | null,
  { info: { networks } }: Model,
): Pick<Split, 'test' | 'validation'> {
  const test = split.test.filter(place => !seen?.has(place));
  if (test.length === 0 && split.test.length > 0 && networks !== undefined)
    throw new AppError(
      'bad-split',
      `All ${split.test.length} images of the test part were used to train networks of this ensemble`,
      'cross-validate with the test part kept out, or test it on other images',
    );
  if (test.length === 0 && split.test.length > 0)
    throw new AppError(
      'bad-split',
      `All ${split.test.length} images of the test part were used to train this model`,
      'test it on the split that it was trained with, or on other images',
    );
  return { test, validation: networks === undefined ? split.validation : notSeenBy(split.validation, seen) };
}

/**
 * How many images to look at before a model without features can tell how unlike others are: those of the training and validation parts, where
 * these are the very images that it has seen. Else 0, and of an ensemble, whose networks have features each of their own.
 */
export function unmeasured(
  { trainingFeatures, seen, networks }: Model['info'],
  { imageHashes }: DatasetSummary,
  split: Split,
): number {
  if (trainingFeatures || networks !== undefined || seen === undefined || !imageHashes) return 0;
  const { hashes } = unpackSeen(seen);
  const known = new Set([...split.train, ...split.validation].map(place => imageHashes[place] ?? ''));
  return hashes.size === known.size && [...known].every(hash => hashes.has(hash)) ? featureImages(split) : 0;
}

/**
 * What thresholds and the like are chosen by: the validation part. A run's model has not learnt from it, but an ensemble's networks have, each from
 * what another one validated with: of these images nothing can be told, unless none of them has seen them.
 */
export function toChooseBy(dataset: DatasetSummary, { validation }: Split, { info }: Model): readonly number[] {
  if (info.networks === undefined) return validation;
  const unseen = notSeenBy(validation, seenPlaces(dataset, info.seen));
  if (validation.length > 0 && unseen.length === 0)
    throw new AppError(
      'bad-split',
      `All ${validation.length} validation images were used to train networks of this ensemble`,
      'use its masks at 0.5, or load images that it has not seen',
    );
  return unseen;
}

/** What is not known counts as seen. */
function notSeenBy(places: readonly number[], seen: ReadonlySet<number> | null): number[] {
  return places.filter(place => seen !== null && !seen.has(place));
}
