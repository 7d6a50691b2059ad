import { expect, test } from 'vitest';
import type { Engine } from '../../engine/engine.ts';
import { AppError } from '../../protocol/errors.ts';
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

const wrong = new AppError('wrong-kernels', 'This GPU’s driver computes “adam” wrongly', 'use the CPU engine');

/** A GPU on which no engine can be prepared. */
function broken(opened: string[]): Backend {
  const gpu = backend('compiled', opened);
  return {
    ...gpu,
    createEngine: async settings => ({ ...(await gpu.createEngine(settings)), prepare: () => Promise.reject(wrong) }),
  };
}

test('where the GPU computes wrongly and the page may choose, the next device trains, and says why', async () => {
  for (const race of [async () => ({ gpu: 10, cpu: 1 }), () => Promise.reject(wrong)]) {
    const opened: string[] = [];
    const cpu = () => backend('cpu', opened);
    const opens = async () => ({ ...broken(opened), rival: { open: cpu, race }, next: cpu });
    const gpu = new Gpu(opens, () => true);
    const settings = { ...defaultSettings, filters: 2, batch: 2, size: 32 };
    await gpu.decide(settings);
    expect((await gpu.engineFor(settings)).name).toBe('cpu');
    expect((await gpu.open()).engine).toBe('cpu');
    expect(gpu.distrust).toMatchObject({ code: 'wrong-kernels', happened: wrong.happened });
    expect(gpu.distrust?.remedy).toContain('cpu trains instead');
    // Nor does the next run try it again.
    const tried = opened.filter(name => name === 'compiled').length;
    expect((await gpu.decide(settings)).engine).toBe('cpu');
    expect(opened.filter(name => name === 'compiled')).toHaveLength(tried);
    // Another choice of the person's begins anew.
    await gpu.choose({ engine: 'compiled', threads: 0 });
    expect(gpu.distrust).toBeNull();
  }
});

test('where the person chose the GPU it is an error, and no other trains', async () => {
  const opened: string[] = [];
  const gpu = new Gpu(
    async () => broken(opened),
    () => true,
  );
  const settings = { ...defaultSettings, filters: 2, batch: 2, size: 32 };
  await expect(gpu.engineFor(settings)).rejects.toBe(wrong);
  await expect(gpu.engineFor(settings)).rejects.toBe(wrong);
  expect(opened).toEqual(['compiled', 'compiled']);
});
