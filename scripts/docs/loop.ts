/** What scripts/measure-loop.mjs found: spoiled masks, how many of them came first among the suspects, and scores before and after. */
import { fixed, table } from './table.ts';

interface Scores {
  readonly valDice: number;
  readonly testDice: number;
  readonly testInterval?: readonly [number, number];
  readonly images: number;
}

export interface LoopResult {
  readonly train: number;
  readonly folds: number;
  readonly k: number;
  readonly precisionAtK: number;
  readonly spoiled: readonly { readonly kind: string; readonly dice: number }[];
  readonly recall: Readonly<Record<string, { readonly found: number; readonly of: number }>>;
  readonly corrected: number;
  readonly before: Scores;
  readonly after: Scores;
}

const titles: Record<string, string> = {
  dilated: 'too large',
  shifted: 'beside the lesion',
  swapped: 'another image’s',
};

export function loopTable({ spoiled, recall, k, precisionAtK, corrected, before, after }: LoopResult): string {
  const interval = ({ testInterval: at }: Scores) => (at ? ` (${at[0].toFixed(3)} – ${at[1].toFixed(3)})` : '');
  const kinds = Object.entries(recall).map(([kind, { found, of }]) => {
    const dice = spoiled.filter(each => each.kind === kind).map(each => each.dice);
    const mean = dice.reduce((sum, value) => sum + value, 0) / dice.length;
    return [
      `${titles[kind] ?? kind} (mean Dice with the true mask ${mean.toFixed(2)})`,
      `${found} of ${of} among the first ${k}`,
      '',
    ];
  });
  return table(
    ['', 'with spoiled masks', `${corrected} of ${k} put right`],
    [
      ...kinds,
      [`precision at ${k}`, precisionAtK.toFixed(3), ''],
      ['validation Dice', before.valDice.toFixed(4), after.valDice.toFixed(4)],
      [
        `test Dice, ${fixed(before.images, 0)} images (95 %)`,
        `${before.testDice.toFixed(4)}${interval(before)}`,
        `${after.testDice.toFixed(4)}${interval(after)}`,
      ],
    ],
  );
}
