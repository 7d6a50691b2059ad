/**
 * A split as a file: which image is in which part, by id, so that other programs train and test on the same images.
 * Text in and out.
 */
import * as v from 'valibot';
import type { DatasetSummary, Split } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import { parseJson } from './parse-json.ts';

const FORMAT = 'lesion-studio-split';
const VERSION = 1;
const parts = ['train', 'validation', 'test'] as const;

const ids = v.array(v.string());
const splitFile = v.object({
  format: v.literal(FORMAT),
  version: v.literal(VERSION),
  train: ids,
  validation: ids,
  test: ids,
});

export function writeSplit(dataset: DatasetSummary, split: Split): string {
  const idsOf = (part: readonly number[]) => part.map(place => dataset.ids[place] ?? `#${place}`);
  const content = {
    format: FORMAT,
    version: VERSION,
    dataset: { hash: dataset.hash, pairs: dataset.ids.length, source: dataset.source },
    ...(split.file === undefined ? { seed: split.seed, ratios: split.ratios } : { file: split.file }),
    ...Object.fromEntries(parts.map(part => [part, idsOf(split[part])])),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

export interface ReadSplit {
  readonly split: Split;
  /** Pairs of the data set that are in no part. */
  readonly leftOut: number;
  /** Groups of byte-equal images that the file divides among parts. */
  readonly divided: number;
}

/**
 * The split of `dataset` that the file tells, in the file's order, without pairs that the person left out. Throws AppError 'bad-split' where it is no such file, names an id
 * that the data set does not have or one id twice, or leaves a part empty.
 */
export function readSplit(text: string, file: string, dataset: DatasetSummary): ReadSplit {
  const parsed = v.safeParse(splitFile, parseJson(text));
  if (!parsed.success) throw bad(`${file} is no split file of this page`, 'choose a file that Export split made');
  const places = new Map(dataset.ids.map((id, place) => [id, place]));
  const leftOut = new Set(dataset.leftOut);
  const partOf = new Map<number, string>();
  const placesOf = (part: (typeof parts)[number]) => {
    if (parsed.output[part].length === 0) throw bad(`The part ${part} of ${file} is empty`, 'give each part an image');
    return parsed.output[part].flatMap(id => {
      const place = places.get(id);
      if (place === undefined && leftOut.has(id)) return [];
      if (place === undefined)
        throw bad(`${file} names ${id}, which the data set does not have`, 'load the data set that it was made for');
      const before = partOf.get(place);
      if (before !== undefined)
        throw bad(
          `${file} has ${id} in ${before === part ? `${part} twice` : `both ${before} and ${part}`}`,
          'leave each image in one part',
        );
      partOf.set(place, part);
      return place;
    });
  };
  const [train, validation, test] = [placesOf('train'), placesOf('validation'), placesOf('test')];
  for (const [part, { length }] of Object.entries({ train, validation, test }))
    if (length === 0) throw bad(`All pairs of the part ${part} of ${file} are left out`, 'take some back');
  const total = partOf.size;
  const ratios = { train: train.length / total, validation: validation.length / total, test: test.length / total };
  return {
    split: { seed: 0, ratios, train, validation, test, file },
    leftOut: dataset.ids.length - total,
    divided: dividedGroups(dataset.groups, partOf),
  };
}

/** Groups of equal images that are divided among parts; `partOf` by places. */
export function dividedGroups(groups: readonly number[], partOf: ReadonlyMap<number, string>): number {
  const partsOf = new Map<number, Set<string>>();
  for (const [place, part] of partOf) {
    const group = groups[place] ?? -1;
    partsOf.set(group, (partsOf.get(group) ?? new Set()).add(part));
  }
  return [...partsOf.values()].filter(({ size }) => size > 1).length;
}

function bad(happened: string, remedy: string): AppError {
  return new AppError('bad-split', happened, remedy);
}
