import { expect, test } from 'vitest';
import { checkSettings } from '../protocol/setting-values.ts';
import { fakeWorker } from '../testing/fake-worker.ts';
import { createStudio } from './create-studio.ts';
import { firstChoices, firstEpochs } from './first-settings.ts';

test('a real GPU is tried with the most first, anything else gets the small set-up', () => {
  expect(firstChoices({ engine: 'webgpu', fallback: false })[0]).toMatchObject({ size: 256, filters: 16, batch: 8 });
  for (const device of [
    { engine: 'webgpu', fallback: true },
    { engine: 'cpu', fallback: false },
    { engine: 'webgl', fallback: false },
  ] as const)
    expect(firstChoices(device)).toMatchObject([{ size: 64, filters: 8, batch: 4, flips: true, turns: true }]);
});

test('every choice is a valid set-up', () => {
  for (const choice of firstChoices({ engine: 'webgpu', fallback: false })) expect(checkSettings(choice)).toBeNull();
});

test('few images are seen more often, within bounds', () => {
  expect([5, 240, 1835].map(firstEpochs)).toEqual([60, 30, 10]);
});

/** A page whose only worker tells of a CPU and no memory limit. */
async function opened(query: string) {
  const training = fakeWorker(command => {
    if (command === 'device.choose')
      return {
        engine: 'cpu',
        vendor: '',
        architecture: '',
        description: '',
        features: [],
        fallback: false,
        maxBufferBytes: 0,
      };
    if (command === 'library.storagePlace') return 'disk';
    if (command === 'run.unfinished') return { runs: [], elsewhere: 0, unreadable: 0 };
    if (command === 'library.runs') return { runs: [], unreadable: 0 };
    return command === 'device.estimate' ? null : [];
  });
  const studio = createStudio({ query, starters: { ingest: () => training, training: () => training } });
  await studio.getState().open();
  return studio.getState();
}

test('an address without settings gets those of the device; one with any is left alone', async () => {
  expect(await opened('')).toMatchObject({ settings: { size: 64, filters: 8, flips: true }, settingsAreFirst: true });
  expect(await opened('?demo=40')).toMatchObject({ settings: { size: 64 } });
  expect(await opened('?lr=0.001')).toMatchObject({ settings: { size: 128, flips: false }, settingsAreFirst: false });
});
