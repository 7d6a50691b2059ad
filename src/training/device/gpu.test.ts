import { expect, test } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { defaultSettings } from '../../protocol/settings.ts';
import type { Backend } from './backend.ts';
import { Gpu } from './gpu.ts';
import type { Speeds } from './race.ts';

function backend(engine: 'compiled' | 'cpu', opened: string[]): Backend {
  return {
    engine,
    report: {
      ...{ engine: engine === 'cpu' ? 'cpu' : 'webgpu', vendor: '', architecture: '', description: engine },
      ...{ features: [], fallback: false, maxBufferBytes: 1, limits: {} },
    },
    createEngine: async settings => {
      opened.push(engine);
      return { name: engine, settings, prepare: async () => {}, dispose: () => {} } as unknown as Engine;
    },
    lost: new Promise(() => {}),
    dispose: () => {},
  };
}

test('a run trains on what was faster at its settings, and the next run asks anew', async () => {
  const opened: string[] = [];
  const asked: number[] = [];
  const answers: Record<number, Speeds> = { 32: { gpu: 10, cpu: 30 }, 64: { gpu: 20, cpu: 10 }, 128: { gpu: 900 } };
  const rival = {
    open: () => backend('cpu', opened),
    race: async ({ size }: { size: number }) => {
      asked.push(size);
      return answers[size] ?? { gpu: 1 };
    },
  };
  const gpu = new Gpu(
    async () => ({ ...backend('compiled', opened), rival }),
    () => true,
  );
  const settings = { ...defaultSettings, filters: 2, batch: 2 };
  for (const [size, engine] of [
    [32, 'cpu'],
    [64, 'webgpu'],
    [32, 'cpu'],
    [128, 'webgpu'],
  ] as const) {
    const chosen = await gpu.decide({ ...settings, size });
    expect(chosen.report.engine, `${size}`).toBe(engine);
    expect(chosen.report.speeds).toEqual(answers[size]);
    await gpu.engineFor({ ...settings, size });
    expect(opened.at(-1)).toBe(engine === 'cpu' ? 'cpu' : 'compiled');
  }
  expect(asked).toEqual([32, 64, 32, 128]);
  // 16-bit floats are the GPU's alone.
  expect((await gpu.decide({ ...settings, size: 32, half: true })).report.engine).toBe('webgpu');
  expect(asked).toHaveLength(4);
});
