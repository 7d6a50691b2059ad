/** A division into train, validation and test that the data bring along in the names of folders or archives: read, and made a split. Pure. */
import type { GivenPart, Split, SplitRatios } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import { placeOf } from './naming.ts';
import type { NamedFile } from './pairs.ts';
import { splitPairs } from './split.ts';

const partOfWord = new Map<string, GivenPart>([
  ...(['train', 'training', 'tr'] as const).map(word => [word, 'train'] as const),
  ...(['val', 'valid', 'validation', 'va', 'dev'] as const).map(word => [word, 'validation'] as const),
  ...(['test', 'testing', 'ts'] as const).map(word => [word, 'test'] as const),
]);

/** By the nearest folder that says a part: `images/train`, `train/images`, `imagesTr`, `ISIC2018_Task1-2_Training_Input`; '' for none. */
export function givenPart({ path, origin }: NamedFile): GivenPart {
  for (const { words, key, saysRole } of placeOf(path, origin).toReversed()) {
    // A plain folder must say it alone: one named `test patients of May` may be anything.
    const said = (saysRole ? words : [key]).map(word => partOfWord.get(word)).find(part => part !== undefined);
    if (said !== undefined) return said;
  }
  return '';
}

/** The parts, if they are a division at all: train and something else. */
export function givenParts(images: readonly NamedFile[]): GivenPart[] | undefined {
  const parts = images.map(givenPart);
  return parts.includes('train') && (parts.includes('test') || parts.includes('validation')) ? parts : undefined;
}

/**
 * The split that the data bring along. A part that they lack is taken from train, by its ratio, with groups undivided. Pairs in no part
 * stay out. Throws `bad-split` where train is too small for that.
 */
export function splitAsGiven(
  parts: readonly GivenPart[],
  groups: readonly number[],
  seed: number,
  ratios: SplitRatios,
): Split {
  const placesIn = (wanted: GivenPart) => parts.flatMap((part, place) => (part === wanted ? [place] : []));
  const split: Split = {
    seed,
    ratios,
    train: placesIn('train'),
    validation: placesIn('validation'),
    test: placesIn('test'),
    file: GIVEN_DIVISION,
  };
  const lacking = (['validation', 'test'] as const).filter(part => split[part].length === 0);
  if (lacking.length === 0) return split;
  if (split.train.length < 3)
    throw new AppError('bad-split', 'The folders’ train part has fewer than 3 pairs', 'use the shuffled split');
  const { train } = split;
  const shuffled = splitPairs(
    train.map(place => groups[place] ?? -1),
    seed,
    ratios,
  );
  const taken = new Set<number>();
  for (const part of lacking) {
    split[part] = shuffled[part].map(i => train[i] ?? 0);
    for (const i of shuffled[part]) taken.add(i);
  }
  split.train = train.filter((_, i) => !taken.has(i));
  return split;
}

/** Stands where the name of a split file would. */
const GIVEN_DIVISION = 'the folders of the data set';
