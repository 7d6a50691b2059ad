/** The test's figures in words. */
import type { TestResult } from '../../protocol/training.ts';

export interface Measure {
  readonly key: Exclude<keyof TestResult, 'threshold' | 'images' | 'inference'>;
  readonly title: string;
  readonly definition: string;
}

/** Mean Dice on ISIC 2018 that this network has to pass to be worth showing. */
export const DICE_TO_BEAT = 0.8285;

export const measures: readonly Measure[] = [
  { key: 'meanDice', title: 'Mean Dice', definition: '2|X∩Y| / (|X|+|Y|), mean over images' },
  { key: 'medianDice', title: 'Median Dice', definition: 'Half of the images score higher' },
  { key: 'minDice', title: 'Lowest Dice', definition: 'The worst image' },
  { key: 'shareBelow08', title: 'Share under 0.8', definition: 'Images whose Dice is below 0.8' },
  { key: 'meanJaccard', title: 'Mean Jaccard', definition: '|X∩Y| / |X∪Y|, mean over images' },
  {
    key: 'meanThresholdedJaccard',
    title: 'Thresholded Jaccard',
    definition: 'Jaccard, counted as 0 below 0.65: the ISIC 2018 score',
  },
  { key: 'sensitivity', title: 'Sensitivity', definition: 'Lesion pixels that were found' },
  { key: 'specificity', title: 'Specificity', definition: 'Skin pixels left alone' },
  { key: 'accuracy', title: 'Accuracy', definition: 'Pixels on the right side' },
];
