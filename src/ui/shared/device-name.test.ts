import { expect, test } from 'vitest';
import { adapterName, adapterText } from './device-name.ts';

const device = {
  ...{ engine: 'webgpu', vendor: 'intel', architecture: 'xe', description: 'Intel(R) Iris(R) Xe Graphics' },
  ...{ features: [], fallback: false, maxBufferBytes: 1, limits: {} },
};

test('a name says what is there, a part that another repeats but once', () => {
  expect(adapterName(device)).toBe('intel · xe · Intel(R) Iris(R) Xe Graphics');
  expect(adapterName({ vendor: 'nvidia', architecture: 'ampere', description: '' })).toBe('nvidia · ampere');
  expect(adapterName({ vendor: 'nvidia', architecture: '', description: 'NVIDIA' })).toBe('nvidia');
  expect(adapterName({ vendor: '', architecture: '', description: '' })).toBe('');
});

test('the adapter in use is named, and how to choose another only where that could help', () => {
  expect(adapterText(device)).toMatch(/^In use: intel · xe · Intel.* \(WebGPU\)\. .*Windows, .*macOS, .*Linux, /);
  expect(adapterText({ ...device, fallback: true })).toContain('It is software');
  expect(adapterText({ ...device, fallback: true })).not.toContain('Windows');
  expect(adapterText({ ...device, engine: 'cpu', description: '8 threads' })).toBe(
    'In use: the CPU, 8 threads. No graphics adapter is.',
  );
  expect(adapterText(null)).toBe('No graphics adapter is in use.');
});
