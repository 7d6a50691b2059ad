export interface MeanState {
  readonly sum: number;
  readonly count: number;
}

/** A running mean; not a number while nothing was added. */
export class Mean {
  #sum: number;
  #count: number;

  constructor({ sum, count }: MeanState = { sum: 0, count: 0 }) {
    this.#sum = sum;
    this.#count = count;
  }

  /** All that another mean needs to go on from here. */
  get state(): MeanState {
    return { sum: this.#sum, count: this.#count };
  }

  add(value: number): void {
    this.#sum += value;
    this.#count++;
  }

  get value(): number {
    return this.#sum / this.#count;
  }
}
