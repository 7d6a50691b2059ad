import { expect, test } from 'vitest';
import { defaultSettings } from '../../protocol/settings.ts';
import { fakeWorker } from '../../testing/fake-worker.ts';
import { createStudio } from '../create-studio.ts';
import { memoryOf } from './device-actions.ts';

const device = {
  ...{ engine: 'webgpu', vendor: 'v', architecture: 'a', description: 'd', features: [], fallback: false },
  ...{ maxBufferBytes: 1, limits: {} },
};
const estimate = { bytes: 7, largestBuffer: 1, allowed: 9, allowedTotal: null, fits: true, largestBatch: 64 };

test('memory that was told for other settings, or of another device, is not shown as of these', async () => {
  const answers: Record<string, unknown> = { 'device.choose': device, 'device.estimate': estimate };
  const studio = createStudio({
    starters: {
      training: () => fakeWorker(command => answers[command] ?? null),
      ingest: () => {
        throw new Error('no images are read here');
      },
    },
  });
  const { chooseEngine, changeSettings } = studio.getState();
  const now = () => memoryOf(studio.getState());
  expect(now()).toBeUndefined();
  await chooseEngine('compiled');
  expect(now()).toEqual(estimate);
  changeSettings({ batch: defaultSettings.batch + 1 });
  // At once, before the worker can have answered.
  expect(now()).toBeUndefined();
  await expect.poll(now).toEqual(estimate);
  changeSettings({ seed: 9 });
  expect(now()).toEqual(estimate);
  studio.setState({ device: { ...device, description: 'another' } });
  expect(now()).toBeUndefined();
  studio.setState({ device, engine: 'tfjs' });
  expect(now()).toBeUndefined();
  answers['device.estimate'] = null;
  await chooseEngine('tfjs');
  expect(now()).toBeNull();
});
