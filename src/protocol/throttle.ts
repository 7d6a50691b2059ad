/** Events are snapshots, at most ten a second: losing one loses nothing. */

const INTERVAL_MS = 100;

/** Lets at most one value through per interval and keeps the newest of those in between; `flush` lets that one through at once. */
export class Throttle<T> {
  #last = Number.NEGATIVE_INFINITY;
  #kept: T | undefined;
  readonly #send: (value: T) => void;
  readonly #clock: () => number;

  /** `clock` in milliseconds. */
  constructor(send: (value: T) => void, clock: () => number) {
    this.#send = send;
    this.#clock = clock;
  }

  offer(value: T): void {
    this.#kept = value;
    if (this.#clock() - this.#last >= INTERVAL_MS) this.flush();
  }

  flush(): void {
    if (this.#kept === undefined) return;
    const value = this.#kept;
    this.#kept = undefined;
    this.#last = this.#clock();
    this.#send(value);
  }
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly secondsLeft?: number | undefined;
}

/** Seconds that the rest will take at the pace so far; undefined before anything is done. */
export function secondsLeft(milliseconds: number, done: number, total: number): number | undefined {
  return done > 0 ? (milliseconds / 1000 / done) * (total - done) : undefined;
}

/** Tells the progress of a task that begins now: throttled, but always its end. */
export function progressTeller(send: (progress: Progress) => void, clock: () => number) {
  const start = clock();
  const throttle = new Throttle(send, clock);
  return (done: number, total: number): void => {
    throttle.offer({ done, total, secondsLeft: secondsLeft(clock() - start, done, total) });
    if (done === total) throttle.flush();
  };
}
