/**
 * Lets at most one value through per `interval` milliseconds and keeps the newest of those in between; `flush` lets that
 * one through at once. Values are snapshots: losing one loses nothing.
 */
export class Throttle<T> {
  #last = Number.NEGATIVE_INFINITY;
  #kept: T | undefined;
  readonly #send: (value: T) => void;
  readonly #clock: () => number;
  readonly #interval: number;

  constructor(send: (value: T) => void, clock: () => number, interval = 100) {
    this.#send = send;
    this.#clock = clock;
    this.#interval = interval;
  }

  offer(value: T): void {
    this.#kept = value;
    if (this.#clock() - this.#last >= this.#interval) this.flush();
  }

  flush(): void {
    if (this.#kept === undefined) return;
    const value = this.#kept;
    this.#kept = undefined;
    this.#last = this.#clock();
    this.#send(value);
  }
}
