/**
 * How long dispatches take on their own, by the wall clock: the difference between N and 4N repeats, which leaves out what every submit costs
 * besides, a round trip of half a millisecond where a kernel takes microseconds.
 */
import { nudged } from './nudge.ts';
import { type ReadyDispatch, record } from './pipelines.ts';
import { Pace, partsOf } from './submits.ts';

/** A difference of so much is measured well enough, and a single run of so much needs no difference. */
const LONG_ENOUGH_MS = 3;
const LONG_MS = 20;
const MOST_REPEATS = 512;

export interface TimingOptions {
  /** No run begins after this, by the clock: what was measured until then is the answer. */
  readonly end?: number;
  readonly clock?: () => number;
}

/** Milliseconds that `repeats` runs take, all submits and the wait for them included. */
type Run = (repeats: number) => Promise<number>;

/** Milliseconds of one run of all the dispatches in their order; undefined where the time was over before anything was measured. */
export function timeDispatches(
  device: GPUDevice,
  ready: readonly ReadyDispatch[],
  options: TimingOptions = {},
): Promise<number | undefined> {
  const { clock = () => performance.now() } = options;
  // As in training: no submit may take long, by the last run's pace.
  const pace = new Pace('gpu');
  return timeRuns(async repeats => {
    const all = Array.from({ length: repeats }, () => ready).flat();
    const works = all.map(({ work }) => work);
    const begin = clock();
    let from = 0;
    for (const end of partsOf(works, pace.most)) {
      const encoder = device.createCommandEncoder();
      record(encoder, all.slice(from, end));
      device.queue.submit([encoder.finish()]);
      from = end;
    }
    await nudged(device.queue, device.queue.onSubmittedWorkDone());
    const took = clock() - begin;
    pace.report(
      works.reduce((sum, work) => sum + work, 0),
      took,
    );
    return took;
  }, options);
}

/** The same of any work. */
export async function timeRuns(run: Run, { end, clock = () => performance.now() }: TimingOptions = {}) {
  const over = () => end !== undefined && clock() > end;
  const least = async (repeats: number) => Math.min(await run(repeats), await run(repeats));
  if (over()) return undefined;
  // The first touches memory for the first time.
  await run(1);
  if (over()) return undefined;
  const once = await run(1);
  if (once >= LONG_MS) return once;
  for (let repeats = 1; ; ) {
    const few = await least(repeats);
    const difference = (await least(4 * repeats)) - few;
    const each = Math.max(0, difference) / (3 * repeats);
    if (difference >= LONG_ENOUGH_MS || 4 * repeats >= MOST_REPEATS || over()) return each;
    const missing = LONG_ENOUGH_MS / Math.max(difference, LONG_ENOUGH_MS / 16);
    repeats = Math.min(MOST_REPEATS / 4, Math.ceil(repeats * Math.max(2, 1.5 * missing)));
  }
}
