import { expect, test } from 'vitest';
import { failOnGpuErrors, gpuTest } from '../../testing/gpu.ts';
import { PipelineCache } from './pipelines.ts';
import { type Question, rememberedChoices, type Tile } from './questions.ts';
import { type Answer, bestOf, chosen, tune } from './tuning.ts';

failOnGpuErrors();

const tile = (lanes: number): Tile => ({ lanes, strips: 32 });
const answer = (...times: (number | null)[]): Answer => ({
  tried: times.map((milliseconds, i) => ({ tile: tile(i), milliseconds })),
  complete: true,
});

test('the fastest is taken where it is faster by more than the clock’s mood, and never one that is wrong', () => {
  expect(bestOf(answer(1, 0.9, 0.5, 0.7))).toEqual(tile(2));
  expect(bestOf(answer(1, 0.99))).toEqual(tile(0));
  expect(bestOf(answer(1, null, 0.9))).toEqual(tile(2));
  expect(bestOf(answer(null, 2, 1.5))).toEqual(tile(2));
  expect(bestOf(answer(null, null))).toBeUndefined();
  expect(bestOf(answer())).toBeUndefined();
  expect(chosen({ a: answer(1, 0.5), b: answer() })).toEqual({ a: tile(1) });
});

const adapter = { kind: 'gpu', subgroups: false } as const;

/** Sums over pixels, whose shaders are small; the second is the costlier one. */
function questions() {
  const { choices, asked } = rememberedChoices(adapter, {});
  for (const channels of [4, 16]) choices.sums({ channels, side: 40, batch: 1, stored: 'f32' });
  return asked;
}

gpuTest(
  'what the time does not reach stays unmeasured, and is measured by later runs, the costliest first',
  async ({ device }) => {
    const cache = new PipelineCache(device);
    const asked = questions();
    const [small, large] = [...asked.keys()] as [string, string];
    let now = 0;
    let looked = 0;
    // Each look at the clock takes 25 ms, so that one run is long enough to time, and the third variant finds no time.
    const look = () => {
      now += 25;
      return now;
    };
    const args = (milliseconds: number) => ({
      ...{ device, cache, adapter, asked, milliseconds, clock: look },
      wrong: async () => {
        looked++;
        return [];
      },
    });
    const nothing = await tune({ ...args(0), known: {} });
    expect(nothing).toEqual({});
    const some = await tune({ ...args(300), known: {} });
    expect(Object.keys(some)).toEqual([large]);
    expect(some[large]?.complete).toBe(false);
    expect(some[large]?.tried.length).toBeGreaterThan(0);
    looked = 0;
    const all = await tune({ ...args(1e9), known: some });
    expect(Object.keys(all).sort()).toEqual([small, large].sort());
    expect(Object.values(all).every(({ complete, tried }) => complete && tried.length === 3)).toBe(true);
    // Nothing was measured twice.
    expect(all[large]?.tried.slice(0, some[large]?.tried.length)).toEqual(some[large]?.tried);
    expect(looked).toBe(6 - (some[large]?.tried.length ?? 0));
    now = 0;
    expect(await tune({ ...args(1e9), known: all })).toEqual(all);
    expect(now).toBeLessThan(60);
  },
);

gpuTest('a variant that computes wrongly is noted as such, and not timed', async ({ device }) => {
  const asked = new Map([...questions()].slice(0, 1));
  const [key] = [...asked.keys()] as [string];
  let first = true;
  const wrong = async <T>(dispatches: readonly T[]) => {
    const bad = first ? dispatches : [];
    first = false;
    return bad;
  };
  const args = { device, cache: new PipelineCache(device), adapter, asked, wrong, milliseconds: 60_000 };
  const answers = await tune({ ...args, known: {} });
  expect(answers[key]?.tried.map(({ milliseconds }) => milliseconds === null)).toEqual([true, false, false]);
  expect(chosen(answers)[key]).not.toEqual(answers[key]?.tried[0]?.tile);
});

test('what is no longer on offer is forgotten', async () => {
  const question: Question = { kind: 'sums', question: { channels: 4, side: 40, batch: 1, stored: 'f32' } };
  const { choices } = rememberedChoices(adapter, { x: tile(3) });
  expect(choices.sums(question.question)).toEqual({ lanes: 8, strips: 32 });
});
