/** How long a run's steps and predictions take here: tried for a moment, before a run. Owns no engine: it asks for one, and leaves it. */
import type { Batch, Engine, StepSettings } from '../../engine/engine.ts';
import type { StepTiming } from '../../protocol/run.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import { hash } from '../../random/pcg.ts';
import { drawAugmentation } from './augment.ts';
import { initialise } from './initialise.ts';

/** Steps are timed for this long, unless one takes longer. */
const LEAST_MS = 400;
const MOST_STEPS = 40;
/** A first step that takes longer tells enough: what it compiles and touches for the first time is little of that. */
const TELLING_MS = 1000;
/** Steps that take longer are waited for one by one, as in a run (loop.ts). */
const QUICK_STEP_MS = 100;
/** Predicted together at least, as in a validation. */
const PREDICTED = 4;
/** A smaller image is tried where this one has not told by then. */
const MOST_MS = 4000;
const SMALLEST = 32;

export interface Timer {
  /** An engine at these settings, prepared. What was opened before is closed then. */
  readonly open: (settings: RunSettings) => Promise<Engine>;
  /** Makes its calls fail. */
  readonly close: () => void;
  /** Milliseconds. */
  readonly clock: () => number;
  readonly mostMs?: number;
}

/**
 * Opening an engine, which a run must do too, takes as long as it takes; measuring at most about three times MOST_MS: a step of half the
 * side is a quarter of the work. Rejects as the engine does.
 */
export async function timeSteps(timer: Timer, settings: RunSettings): Promise<StepTiming> {
  for (let { size } = settings; ; size = half(size)) {
    const engine = await timer.open({ ...settings, size });
    const found = await inTime(timer, () => timed(engine, { ...settings, size }, timer.clock), size <= SMALLEST);
    if (!found) continue;
    const scale = (settings.size / size) ** 2;
    const { step, image } = found;
    return { secondsPerStep: step * scale, secondsPerImage: image * scale, scaled: scale > 1 };
  }
}

function half(size: number): number {
  return Math.max(16, Math.round(size / 32) * 16);
}

/** undefined where it took too long, unless `patient`. */
async function inTime<T>(
  { close, mostMs = MOST_MS }: Timer,
  measure: () => Promise<T>,
  patient: boolean,
): Promise<T | undefined> {
  if (patient) return measure();
  let timeout: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>(resolve => {
    timeout = setTimeout(() => resolve(undefined), mostMs);
  });
  const measured = measure();
  // Once it is late, that its engine was closed is no news.
  measured.catch(() => {});
  try {
    const found = await Promise.race([measured, late]);
    if (!found) close();
    return found;
  } finally {
    clearTimeout(timeout);
  }
}

/** Seconds of a step, and of an image that is predicted. */
async function timed(
  engine: Engine,
  settings: RunSettings,
  clock: () => number,
): Promise<{ readonly step: number; readonly image: number }> {
  await engine.writeWeights(initialise(engine.settings.network, settings.seed));
  const batch = noise(settings);
  const at = (step: number): StepSettings => ({ learningRate: settings.lr, step, seed: settings.seed });
  const since = (begin: number) => Math.max(clock() - begin, 1e-3);
  let begin = clock();
  await engine.step(batch, at(1));
  let step = since(begin);
  if (step < TELLING_MS) {
    begin = clock();
    await engine.step(batch, at(2));
    step = since(begin);
    const more = Math.min(MOST_STEPS, Math.floor(LEAST_MS / step));
    const underWay: Promise<unknown>[] = [];
    begin = clock();
    for (let i = 0; i < more; i++) {
      const started = engine.step(batch, at(3 + i));
      // Whichever is awaited first tells why; the others fail with it.
      started.catch(() => {});
      underWay.push(started);
      if (underWay.length >= (step < QUICK_STEP_MS ? engine.stepsUnderWay : 1)) await underWay.shift();
    }
    await Promise.all(underWay);
    if (more > 0) step = since(begin) / more;
  }
  const count = Math.max(settings.batch, PREDICTED);
  const images = bytes(count * settings.size ** 2 * 3, 2);
  begin = clock();
  await engine.predict(images, count);
  let image = since(begin);
  if (image < TELLING_MS) {
    begin = clock();
    await engine.predict(images, count);
    image = since(begin);
  }
  return { step: step / 1000, image: image / 1000 / count };
}

/** Not black: numbers that vanish are slow on some CPUs. */
function noise(settings: RunSettings): Batch {
  const { size, batch, seed } = settings;
  return {
    images: bytes(batch * size * size * 3, 1),
    masks: bytes(batch * size * size, 3).map(value => value & 1),
    augmentations: Array.from({ length: batch }, (_, image) =>
      drawAugmentation(settings, size, { seed, epoch: 1, image }),
    ),
  };
}

function bytes(length: number, stream: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => hash(stream, i));
}
