/**
 * How fast a run goes and how long it will still take, with the time spent in pauses taken out. Times in milliseconds on
 * the clock that is given, results in seconds.
 */
export class Pace {
  readonly #clock: () => number;
  readonly #plan: { steps: number; epochs: number; batch: number };
  #paused = 0;
  #epochStart = 0;
  #validationStart = 0;
  /** Mean time of a step: over the running epoch, else the last one. */
  #stepTime: number | undefined;
  #validationTime: number | undefined;
  #steps = 0;

  constructor(clock: () => number, plan: { steps: number; epochs: number; batch: number }) {
    this.#clock = clock;
    this.#plan = plan;
  }

  get #now(): number {
    return this.#clock() - this.#paused;
  }

  /** Waits for the promise (a closed gate) and takes the time out of the account. */
  async pausedWhile<T>(wait: Promise<T>): Promise<T> {
    const start = this.#clock();
    const result = await wait;
    this.#paused += this.#clock() - start;
    return result;
  }

  /** `before`: what was already done of the epoch, where a run goes on in its middle. */
  startEpoch(before: { readonly seconds: number; readonly step: number } = { seconds: 0, step: 0 }): void {
    this.#epochStart = this.#now - before.seconds * 1000;
    this.#steps = before.step;
  }

  /** Seconds since the epoch began. */
  get inEpoch(): number {
    return (this.#now - this.#epochStart) / 1000;
  }

  stepDone(): void {
    this.#steps++;
    this.#stepTime = (this.#now - this.#epochStart) / this.#steps;
  }

  startValidation(): void {
    this.#validationStart = this.#now;
  }

  endEpoch(): { seconds: number; imagesPerSecond: number } {
    this.#validationTime = this.#now - this.#validationStart;
    const training = Math.max(this.#validationStart - this.#epochStart, 1e-3);
    return {
      seconds: (this.#now - this.#epochStart) / 1000,
      imagesPerSecond: (this.#steps * this.#plan.batch * 1000) / training,
    };
  }

  /** After `step` steps of `epoch`; empty until the first step is done. Validation counts as nothing until one was timed. */
  estimate(epoch: number, step: number): { imagesPerSecond?: number; secondsLeft?: number } {
    if (this.#stepTime === undefined) return {};
    const { steps, epochs, batch } = this.#plan;
    const left = ((epochs - epoch) * steps + steps - step) * this.#stepTime;
    const validations = (epochs - epoch + 1) * (this.#validationTime ?? 0);
    return {
      imagesPerSecond: (batch * 1000) / Math.max(this.#stepTime, 1e-6),
      secondsLeft: (left + validations) / 1000,
    };
  }
}
