/** From values to places on an axis and back. Pure. */
import { bisectCenter } from 'd3-array';

export interface Scale {
  /** Values at the ends, from < to; with `log` both above 0. */
  readonly from: number;
  readonly to: number;
  readonly log?: boolean | undefined;
}

/** 0 at `from`, 1 at `to`; what lies outside goes on beyond. Not finite where a logarithm has none. */
export function share({ from, to, log = false }: Scale, value: number): number {
  if (log) return (Math.log(value) - Math.log(from)) / (Math.log(to) - Math.log(from));
  return (value - from) / (to - from);
}

/** The value at a share of the axis. */
export function valueAt({ from, to, log = false }: Scale, at: number): number {
  if (log) return Math.exp(Math.log(from) + at * (Math.log(to) - Math.log(from)));
  return from + at * (to - from);
}

/** Powers of ten and their 2 and 5 folds within the axis; fewer where these would be more than eight. */
export function logTicks(from: number, to: number): number[] {
  const make = (folds: readonly number[]) => {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++)
      for (const fold of folds) {
        const tick = Number(`${fold}e${power}`);
        if (tick >= from && tick <= to) ticks.push(tick);
      }
    return ticks;
  };
  const all = make([1, 2, 5]);
  return all.length <= 8 ? all : make([1]);
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR];

/** Round seconds, at most about eight, from 0. */
export function timeTicks(seconds: number): number[] {
  const step = timeSteps.find(width => seconds / width <= 8) ?? 24 * HOUR * Math.ceil(seconds / (8 * 24 * HOUR));
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, i) => i * step);
}

/** 45 s, 12:30 min, 1:05 h: short, for ticks. */
export function clockText(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR)
    return whole % MINUTE === 0 ? `${whole / MINUTE} min` : `${Math.floor(whole / MINUTE)}:${two(whole % MINUTE)} min`;
  const minutes = Math.round(whole / MINUTE);
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`;
}

/** The place of the value nearest to `wanted` in ascending `values`; -1 where there is none. */
export function nearest(values: readonly number[], wanted: number): number {
  return values.length === 0 ? -1 : bisectCenter(values, wanted);
}
