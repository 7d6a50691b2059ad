/** Where a model is weak: the same scores by what the images show. */
import { meanIntervals, SHARE } from './bootstrap.ts';

/** What is known of an image by its truth. */
export interface LesionFacts {
  /** Share of the square that is lesion, 0 to 1. */
  readonly lesionShare: number;
  /**
   * How much darker or lighter the lesion is than the skin around it: the difference of their mean brightness (Rec. 601, 0 to 255), without
   * its sign. Missing where there is no lesion or no skin around it.
   */
  readonly contrast?: number;
  /** Whether a pixel of the lesion lies on the square's outermost row or column. */
  readonly touchesBorder: boolean;
}

/** Of the square's side: so far around the lesion's bounding box skin is compared. */
const AROUND = 1 / 8;

/** `image` RGB [S,S,3], `truth` 0/1 [S,S]. Pixels that are black through and through are a letterbox's bars, and no skin. */
export function lesionFacts(image: Uint8Array, truth: Uint8Array, size: number): LesionFacts {
  let count = 0;
  let [left, top, right, bottom] = [size, size, -1, -1];
  for (let i = 0; i < truth.length; i++) {
    if (!truth[i]) continue;
    const [x, y] = [i % size, Math.floor(i / size)];
    count++;
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  if (count === 0) return { lesionShare: 0, touchesBorder: false };
  const around = Math.round(size * AROUND);
  const sums = { lesion: 0, skin: 0, skinPixels: 0 };
  for (let y = Math.max(0, top - around); y <= Math.min(size - 1, bottom + around); y++)
    for (let x = Math.max(0, left - around); x <= Math.min(size - 1, right + around); x++) {
      const at = y * size + x;
      const [red, green, blue] = [image[3 * at]!, image[3 * at + 1]!, image[3 * at + 2]!];
      const brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
      if (truth[at]) sums.lesion += brightness;
      else if (red + green + blue > 0) {
        sums.skin += brightness;
        sums.skinPixels++;
      }
    }
  const facts = {
    lesionShare: count / truth.length,
    touchesBorder: left === 0 || top === 0 || right === size - 1 || bottom === size - 1,
  };
  if (sums.skinPixels === 0) return facts;
  return { ...facts, contrast: Math.abs(sums.lesion / count - sums.skin / sums.skinPixels) };
}

export interface Subgroup {
  readonly by: 'lesionShare' | 'contrast' | 'touchesBorder' | 'column';
  /** Of the table about the images. */
  readonly column?: string;
  /** What the column says of these images, where it does not hold numbers. */
  readonly value?: string;
  /** The group's lowest and highest value; 0 for no and 1 for yes. Both 0 where `value` says it. */
  readonly from: number;
  readonly to: number;
  readonly images: number;
  readonly meanDice: number;
  /** 95 % over images, [low, high]; missing for a single image. */
  readonly interval?: [number, number];
  /** Fewer than 10 images: the mean may be anything. */
  readonly few: boolean;
}

const FEW = 10;
/** A column with more different texts holds names, not kinds. */
const MOST_KINDS = 12;

type Grouped = { readonly dice: number } & Partial<LesionFacts>;

/**
 * By thirds of the lesions' sizes and of their contrasts, each third with its bounds, and by whether they touch the border. Worst first. Images
 * of which nothing is known are in no group; equal values are in the same one, so that thirds need not be equal. `columns`: see columnGroups.
 */
export function subgroupsOf(images: readonly Grouped[], columns: Parameters<typeof columnGroups>[1] = []): Subgroup[] {
  const groups = [
    ...thirds(
      measured(images, image => image.lesionShare),
      { by: 'lesionShare' },
    ),
    ...thirds(
      measured(images, image => image.contrast),
      { by: 'contrast' },
    ),
    ...[false, true].flatMap(touches => {
      const dice = images.filter(image => image.touchesBorder === touches).map(image => image.dice);
      return group({ by: 'touchesBorder' }, Number(touches), Number(touches), dice);
    }),
    ...columnGroups(
      images.map(({ dice }) => dice),
      columns,
    ),
  ];
  return groups.sort((a, b) => a.meanDice - b.meanDice);
}

/**
 * By each column of a table: thirds of numbers, or a group for each text. `told`: what the column says of each image, '' for nothing. A column
 * is left out where it is the same for all images, or where it holds more than 12 different texts. Not ordered.
 */
export function columnGroups(
  dice: readonly number[],
  columns: readonly (readonly [column: string, told: readonly string[]])[],
): Subgroup[] {
  return columns.flatMap(([column, told]) => {
    const known = told.flatMap((text, i) => (text.trim() === '' ? [] : [{ text: text.trim(), dice: dice[i]! }]));
    const kinds = [...new Set(known.map(({ text }) => text))];
    if (kinds.length < 2) return [];
    const numbers = known.map(({ text, dice }) => ({ value: Number(text), dice }));
    const named = { by: 'column', column } as const;
    if (kinds.length > 4 && numbers.every(({ value }) => Number.isFinite(value))) return thirds(numbers, named);
    if (kinds.length > MOST_KINDS) return [];
    return kinds.flatMap(value =>
      group(
        { ...named, value },
        0,
        0,
        known.flatMap(({ text, dice }) => (text === value ? [dice] : [])),
      ),
    );
  });
}

type Named = Pick<Subgroup, 'by' | 'column' | 'value'>;

function measured(images: readonly Grouped[], measure: (image: Grouped) => number | undefined) {
  return images.flatMap(image => {
    const value = measure(image);
    return value === undefined ? [] : [{ value, dice: image.dice }];
  });
}

function thirds(known: { readonly value: number; readonly dice: number }[], named: Named): Subgroup[] {
  known.sort((a, b) => a.value - b.value);
  const cut = (part: number) => known[Math.floor((part * known.length) / 3)]?.value ?? Number.POSITIVE_INFINITY;
  const [lower, upper] = [cut(1), cut(2)];
  const parts = [
    known.filter(({ value }) => value < lower),
    known.filter(({ value }) => value >= lower && value < upper),
    known.filter(({ value }) => value >= upper),
  ];
  return parts.flatMap(part =>
    group(
      named,
      part[0]?.value ?? Number.NaN,
      part.at(-1)?.value ?? Number.NaN,
      part.map(({ dice }) => dice),
    ),
  );
}

function group(named: Named, from: number, to: number, dice: readonly number[]): Subgroup[] {
  if (dice.length === 0) return [];
  const meanDice = dice.reduce((sum, value) => sum + value, 0) / dice.length;
  const few = dice.length < FEW;
  if (dice.length === 1) return [{ ...named, from, to, images: 1, meanDice, few }];
  const { low, high } = meanIntervals([{ values: dice, within: SHARE }])[0]!;
  return [{ ...named, from, to, images: dice.length, meanDice, interval: [low, high], few }];
}
