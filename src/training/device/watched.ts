/**
 * An engine with a deadline for each answer: a shader that never ends raises no event, so that without one a run would wait for ever.
 * Seconds are counted by ticks of a timer, not by the clock: a computer that slept is not taken for a GPU that hangs.
 */
import type { Engine } from '../../engine/engine.ts';
import { AppError } from '../../protocol/errors.ts';

export interface Deadline {
  /** Seconds allowed to the first answer, which may contain compiling. */
  readonly first: number;
  /** Seconds allowed to any later one … */
  readonly least: number;
  /** … or this many times the longest so far, if that is more. */
  readonly times: number;
}

export const DEADLINE: Deadline = { first: 600, least: 60, times: 20 };

const TICK_MS = 1000;

/**
 * Rejects a step, prediction or read with AppError 'device-hung' where the engine gives no answer in time. Once it is disposed, open and
 * later calls reject with an Error, so that whoever waits stops.
 */
export function watched(engine: Engine, deadline: Deadline = DEADLINE): Engine {
  let longest: number | undefined;
  let disposed = false;
  const open = new Set<() => void>();
  const answered = <T>(ask: () => Promise<T>): Promise<T> => {
    if (disposed) return Promise.reject(gone());
    const work = ask();
    const allowed =
      longest === undefined ? deadline.first : Math.max(deadline.least, Math.ceil(deadline.times * longest));
    return new Promise<T>((resolve, reject) => {
      let seconds = 0;
      const timer = setInterval(() => {
        seconds++;
        if (seconds >= allowed) end(() => reject(hung(seconds)));
      }, TICK_MS);
      const end = (settle: () => void) => {
        clearInterval(timer);
        open.delete(give);
        settle();
      };
      const give = () => end(() => reject(gone()));
      open.add(give);
      work.then(
        value =>
          end(() => {
            longest = Math.max(longest ?? 0, seconds);
            resolve(value);
          }),
        error => end(() => reject(error)),
      );
    });
  };
  return {
    name: engine.name,
    settings: engine.settings,
    stepsUnderWay: engine.stepsUnderWay,
    prepare: onProgress => engine.prepare(onProgress),
    step: (batch, settings) => answered(() => engine.step(batch, settings)),
    predict: (...asked) => answered(() => engine.predict(...asked)),
    readWeights: () => answered(() => engine.readWeights()),
    readAverage: () => answered(() => engine.readAverage()),
    writeWeights: weights => answered(() => engine.writeWeights(weights)),
    readOptimizer: () => answered(() => engine.readOptimizer()),
    writeOptimizer: state => answered(() => engine.writeOptimizer(state)),
    memory: () => engine.memory(),
    get warnings() {
      return engine.warnings;
    },
    inspect: engine.inspect?.bind(engine),
    dispose() {
      disposed = true;
      for (const give of [...open]) give();
      engine.dispose();
    },
  };
}

function gone(): Error {
  return new Error('the engine was disposed');
}

function hung(seconds: number): AppError {
  return new AppError(
    'device-hung',
    `The GPU has given no answer for ${seconds} s`,
    'close other programs that use it, or choose a smaller batch or image size; then continue the run',
  );
}
