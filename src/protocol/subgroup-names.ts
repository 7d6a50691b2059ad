import type { TestResult } from './scores.ts';

export type Subgroup = NonNullable<TestResult['subgroups']>[number];

/** What a group's images have in common, for people. */
export function subgroupName({ by, column = '', value, from, to }: Subgroup): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  switch (by) {
    case 'lesionShare':
      return `Lesion ${percent(from)} to ${percent(to)} of the image`;
    case 'contrast':
      return `Contrast ${from.toFixed(0)} to ${to.toFixed(0)} of 255`;
    case 'touchesBorder':
      return from === 0 ? 'Lesion within the image' : 'Lesion touches the image’s border';
    case 'column':
      return `${column}: ${value ?? (from === to ? from : `${from} to ${to}`)}`;
    default:
      throw by satisfies never;
  }
}
