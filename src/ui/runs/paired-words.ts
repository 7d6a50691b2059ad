/** A difference of two runs in words that claim no more than its interval. Pure. */
import { higher, type Paired } from '../../metrics/paired.ts';
import { plural } from '../shared/format.ts';

/** Under so many images an interval is a guess. */
const FEW = 10;

export function differenceText({ images, interval, ranks }: Paired, first: string, second: string): string {
  const these = images === 1 ? 'this 1 image' : `these ${plural(images, 'image')}`;
  const told = images < FEW ? 'neither' : higher(interval);
  if (told === 'neither') return `No difference can be told from ${these}.`;
  const sure = `On ${these} the mean Dice of ${told === 'second' ? second : first} is higher.`;
  return ranks.p < 0.05 ? sure : `${sure} The ranks of the images do not confirm it.`;
}

export function signed(value: number, digits = 4): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value > 0 ? '+' : '−'}${text}`;
}

export function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}
