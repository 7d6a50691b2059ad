/** Tables from the reports that `npm run train` wrote into docs/results/. Whatever a table needs and a report lacks is an error. */
import { fixed, percent, table } from './table.ts';

interface Scores {
  readonly meanDice: number;
  readonly medianDice: number;
  readonly minDice: number;
  readonly shareBelow08: number;
  readonly meanJaccard: number;
  readonly meanThresholdedJaccard: number;
  readonly sensitivity: number;
  readonly specificity: number;
  readonly accuracy: number;
  readonly images: readonly unknown[];
}

/** The part of a report (docs/formats.md) that the tables read. */
export interface Report {
  readonly config: { readonly size: number; readonly filters: number; readonly epochs: number };
  readonly split: { readonly [part in 'train' | 'validation' | 'test']: readonly unknown[] };
  readonly epochs: readonly {
    readonly epoch: number;
    readonly learningRate: number;
    readonly loss: number;
    readonly valLoss: number;
    readonly dice: number;
    readonly valDice: number;
    readonly accuracy: number;
    readonly valAccuracy: number;
    readonly seconds: number;
  }[];
  readonly model: { readonly parameters: number; readonly bestEpoch: number; readonly valDice: number };
  readonly test: Scores & { readonly ownSize?: Scores };
}

const four = (value: number) => value.toFixed(4);
const SCORES = [
  ['mean Dice', 'meanDice', (value: number) => `**${four(value)}**`],
  ['median Dice', 'medianDice', four],
  ['lowest Dice', 'minDice', four],
  ['share of images under 0.8', 'shareBelow08', percent],
  ['mean Jaccard', 'meanJaccard', four],
  ['mean thresholded Jaccard', 'meanThresholdedJaccard', four],
  ['sensitivity', 'sensitivity', four],
  ['specificity', 'specificity', four],
  ['pixel accuracy', 'accuracy', four],
] as const satisfies readonly (readonly [string, keyof Scores, (value: number) => string])[];

/** Where the run ended, in one line. */
export function runSummary({ config, split, epochs, model }: Report): string {
  const minutes = epochs.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  return (
    `${fixed(model.parameters, 0)} parameters; ${fixed(split.train.length, 0)} / ${split.validation.length} / ${split.test.length} images; ` +
    `${epochs.length} of ${config.epochs} epochs in ${fixed(minutes, 0)} min; ` +
    `best validation Dice ${four(model.valDice)} after epoch ${model.bestEpoch}.`
  );
}

export function testTable({ config, test }: Report): string {
  const { ownSize } = test;
  const head = [`test split, ${test.images.length} images`, `at ${config.size} × ${config.size}`];
  return table(
    ownSize ? [...head, 'in the masks’ own sizes'] : head,
    SCORES.map(([title, key, show]) => [title, show(test[key]), ...(ownSize ? [show(ownSize[key])] : [])]),
  );
}

/** `chosen`: which epochs to show; all of them by default. */
export function epochsTable({ epochs }: Report, chosen: readonly number[] = epochs.map(({ epoch }) => epoch)): string {
  const rows = chosen.map(number => {
    const found = epochs.find(({ epoch }) => epoch === number);
    if (!found) throw new Error(`the report has no epoch ${number}`);
    const three = [found.loss, found.valLoss, found.dice, found.valDice, found.accuracy, found.valAccuracy];
    return [
      ...[`${number}`, found.learningRate.toExponential(1)],
      ...[...three.map(value => value.toFixed(3)), fixed(found.seconds, 0)],
    ];
  });
  const measures = ['loss', 'validation loss', 'Dice', 'validation Dice', 'accuracy', 'validation accuracy'];
  return table(['epoch', 'rate', ...measures, 'seconds'], rows);
}
