/** The test's figures, and what may be done to predictions before it, in words. */
import type { Summary } from '../../metrics/summary.ts';
import type { DatasetSummary } from '../../protocol/dataset.ts';
import type { Refinements } from '../../protocol/scores.ts';

export interface Measure {
  readonly key: keyof Summary;
  readonly title: string;
  readonly definition: string;
}

/** Mean Dice on ISIC 2018 that this network has to pass to be worth showing. */
export const DICE_TO_BEAT = 0.8285;

/** Whether these are the ISIC archive's images, by their names: only then the figure above says anything about them. */
export function isIsic(dataset: Pick<DatasetSummary, 'ids' | 'source'> | null): boolean {
  return (
    dataset !== null &&
    dataset.source !== 'demo-data.zip' &&
    dataset.ids.length > 0 &&
    dataset.ids.every(id => /^ISIC_\d{7}$/.test(id))
  );
}

/** Without those in millimetres, where the scale is not known. */
export function shownMeasures(of: Partial<Record<keyof Summary, number | undefined>>): readonly Measure[] {
  return measures.filter(({ key }) => !key.endsWith('Mm') || of[key] !== undefined);
}

/** X is the lesion as predicted, Y as in the ground truth; each is a mean over images, every image counting the same. */
export const measures: readonly Measure[] = [
  { key: 'meanDice', title: 'Mean Dice', definition: '2|X∩Y| / (|X|+|Y|), mean over images' },
  { key: 'medianDice', title: 'Median Dice', definition: 'Half of the images score higher' },
  { key: 'minDice', title: 'Lowest Dice', definition: 'Dice of the worst image' },
  { key: 'shareBelow08', title: 'Share under 0.8', definition: 'Images whose Dice is below 0.8' },
  { key: 'meanJaccard', title: 'Mean Jaccard', definition: '|X∩Y| / |X∪Y|, mean over images' },
  {
    key: 'meanThresholdedJaccard',
    title: 'Thresholded Jaccard',
    definition: 'An image’s Jaccard, or 0 below 0.65; mean over images: the ISIC 2018 score',
  },
  { key: 'sensitivity', title: 'Sensitivity', definition: '|X∩Y| / |Y|: share of the lesion found, mean over images' },
  { key: 'specificity', title: 'Specificity', definition: 'Share of the skin left alone, mean over images' },
  {
    key: 'precision',
    title: 'Precision',
    definition: '|X∩Y| / |X|: share of what is marked that is lesion, mean over images',
  },
  { key: 'accuracy', title: 'Pixel accuracy', definition: 'Share of the pixels that are right, mean over images' },
  {
    key: 'meanSurfaceDice',
    title: 'Surface Dice',
    definition: 'Share of both borders within 2 pixels of the other one, mean over images; at threshold 0.5',
  },
  {
    key: 'meanHausdorff95',
    title: 'Hausdorff 95, pixels',
    definition:
      'Of 100 border pixels 95 are at most so far from the other border (the worse direction); mean over images, at threshold 0.5',
  },
  {
    key: 'meanAverageSurfaceDistance',
    title: 'Surface distance, pixels',
    definition:
      'Mean distance from one border to the other, both directions averaged; mean over images, at threshold 0.5',
  },
  {
    key: 'meanSurfaceDiceMm',
    title: 'Surface Dice, 0.5 mm',
    definition:
      'Surface Dice with half a millimetre instead of 2 pixels, where a table gives each image’s mm_per_pixel',
  },
  { key: 'meanHausdorff95Mm', title: 'Hausdorff 95, mm', definition: 'Hausdorff 95 in millimetres' },
  {
    key: 'meanAverageSurfaceDistanceMm',
    title: 'Surface distance, mm',
    definition: 'Surface distance in millimetres',
  },
  {
    key: 'meanBoundaryIoU',
    title: 'Boundary IoU',
    definition:
      'Jaccard of the strips along both borders, 2 % of the diagonal wide; mean over images, at threshold 0.5',
  },
  {
    key: 'meanAreaError',
    title: 'Area error',
    definition: '||X| − |Y|| / |Y|: by how much of the lesion its area is wrong, mean over images',
  },
];

export const refinements = [
  ['views', 'Mean of eight views', 'The image flipped and turned, eight predictions averaged: eight times as long.'],
  ['largest', 'Largest lesion only', 'Smaller parts of the mask are dropped. An image with two lesions loses one.'],
  ['holes', 'Fill holes', 'What the mask encloses belongs to it.'],
] as const;

/** The refinements in force, for a line of text; empty for none. */
export function refinementText(inference: Refinements | undefined): string {
  return refinements
    .filter(([name]) => inference?.[name])
    .map(([, label]) => label.toLowerCase())
    .join(', ');
}
