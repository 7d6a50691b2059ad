import { expect, test } from 'vitest';
import { timeRuns } from './timing.ts';

/** A device on a clock that only it moves: each submit costs a round trip besides its runs, as far as the clock tells it. */
function device({ run, trip, tick = 0 }: { run: number; trip: number; tick?: number }) {
  let now = 0;
  const longest: number[] = [];
  const clock = () => (tick ? Math.floor(now / tick) * tick : now);
  return {
    clock,
    longest,
    measured: async (repeats: number) => {
      const begin = clock();
      now += trip + repeats * run;
      longest.push(trip + repeats * run);
      return clock() - begin;
    },
  };
}

test.each([0.004, 0.02, 0.3, 2, 15, 80])('a kernel of %d ms is told from round trips of 0.6 ms', async run => {
  const { measured, clock, longest } = device({ run, trip: 0.6 });
  const found = (await timeRuns(measured, { clock })) ?? Number.NaN;
  expect(found / run).toBeGreaterThan(0.99);
  // A long one alone is measured with its round trip.
  expect(found / run).toBeLessThan(run < 20 ? 1.01 : 1.05);
  expect(Math.max(...longest)).toBeLessThan(100);
});

test('a clock of coarse ticks is measured through', async () => {
  const { measured, clock } = device({ run: 0.05, trip: 0.6, tick: 0.1 });
  expect((await timeRuns(measured, { clock })) ?? 0).toBeCloseTo(0.05, 2);
});

test('a kernel too short for any clock is not taken for a slow one', async () => {
  const { measured, clock } = device({ run: 1e-6, trip: 0.6, tick: 0.1 });
  expect(await timeRuns(measured, { clock })).toBeLessThan(1e-3);
});

test('where the time is over nothing is said, and a measurement under way ends', async () => {
  const gone = device({ run: 1, trip: 1 });
  expect(await timeRuns(gone.measured, { clock: gone.clock, end: -1 })).toBeUndefined();
  expect(gone.longest).toEqual([]);
  const short = device({ run: 0.01, trip: 1 });
  const found = await timeRuns(short.measured, { clock: short.clock, end: 3 });
  expect(found).toBeCloseTo(0.01, 6);
  expect(short.clock()).toBeLessThan(12);
});
