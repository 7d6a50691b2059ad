import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('the estimate is pace times what is left, with pauses taken out', async () => {
  let now = 0;
  const pace = new Pace(() => now, { steps: 4, epochs: 2, batch: 3 });
  pace.startEpoch();
  expect(pace.estimate(1, 0)).toEqual({});
  now += 1000;
  pace.stepDone();
  // 1 s a step: 3 left here, 4 in the second epoch.
  expect(pace.estimate(1, 1)).toEqual({ imagesPerSecond: 3, secondsLeft: 7 });
  await pace.pausedWhile(
    Promise.resolve().then(() => {
      now += 60_000;
    }),
  );
  now += 1000;
  pace.stepDone();
  expect(pace.estimate(1, 2)).toEqual({ imagesPerSecond: 3, secondsLeft: 6 });
  now += 2000;
  pace.stepDone();
  pace.stepDone();
  pace.startValidation();
  now += 500;
  expect(pace.endEpoch()).toEqual({ seconds: 4.5, imagesPerSecond: 3 });
  pace.startEpoch();
  now += 1000;
  pace.stepDone();
  expect(pace.estimate(2, 1)).toEqual({ imagesPerSecond: 3, secondsLeft: 3.5 });
});
