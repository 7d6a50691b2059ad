import { useEffect, useState } from 'react';
import { type Interval, meanInterval } from '../../metrics/bootstrap.ts';
import type { KeptRun } from '../../protocol/kept-runs.ts';

type Tested = NonNullable<KeptRun['test']> & {
  /** Where the record has measured them. */
  readonly intervals?: Readonly<Record<string, readonly [low: number, high: number]>> | undefined;
};

/** Of the page's own thread at once. */
const SLICE_MS = 8;

const known = new WeakMap<Tested['images'], Interval>();

/** Of a test's mean Dice: as the record has it, or by drawing its images again. undefined without images. */
function testInterval(test: Tested): Interval | undefined {
  const measured = test.intervals?.meanDice;
  if (measured) return { low: measured[0], high: measured[1] };
  if (test.images.length === 0) return undefined;
  let interval = known.get(test.images);
  if (!interval) {
    interval = meanInterval(test.images.map(({ dice }) => dice));
    known.set(test.images, interval);
  }
  return interval;
}

/** 95 % intervals of the tests' mean Dice, by run. They come one by one: a thousand draws each would hold the page up. */
export function useIntervals(runs: readonly KeptRun[]): ReadonlyMap<string, Interval> {
  const [intervals, setIntervals] = useState<ReadonlyMap<string, Interval>>(new Map());
  useEffect(() => {
    const found = new Map<string, Interval>();
    const waiting = runs.filter(({ test }) => test !== null);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const some = () => {
      const begin = performance.now();
      while (performance.now() - begin < SLICE_MS) {
        const run = waiting.shift();
        if (!run) return setIntervals(found);
        const interval = run.test && testInterval(run.test);
        if (interval) found.set(run.id, interval);
      }
      timer = setTimeout(some);
    };
    timer = setTimeout(some);
    return () => clearTimeout(timer);
  }, [runs]);
  return intervals;
}

export function intervalText(interval: Interval | undefined): string {
  return interval ? `${interval.low.toFixed(3)} – ${interval.high.toFixed(3)}` : '–';
}
