import type { LossScaleState } from '../engine.ts';

/**
 * Dynamic loss scaling (Micikevicius et al. 2018, “Mixed Precision Training”, section 3.2): gradients in 16-bit floats are kept
 * from vanishing by a factor on the loss, which backs off when one overflows and grows again after many steps without.
 */
export const LOSS_SCALE = { first: 2 ** 14, least: 1, most: 2 ** 24, growAfter: 500 } as const;

export class LossScale {
  #value: number;
  #clean = 0;

  constructor(first: number) {
    this.#value = first;
  }

  get value(): number {
    return this.#value;
  }

  get state(): LossScaleState {
    return { value: this.#value, clean: this.#clean };
  }

  /** Goes on from the state of another. */
  restore({ value, clean }: LossScaleState): void {
    this.#value = value;
    this.#clean = clean;
  }

  /**
   * Takes the outcome of a step with scale `used`. Several steps under way may report the same scale: it backs off once. Returns
   * false where the least scale overflows, so that no other can help.
   */
  report(used: number, overflow: boolean): boolean {
    if (!overflow) {
      if (++this.#clean >= LOSS_SCALE.growAfter) this.#change(this.#value * 2);
      return true;
    }
    if (used === this.#value) this.#change(this.#value / 2);
    return used > LOSS_SCALE.least;
  }

  #change(value: number): void {
    this.#value = Math.min(LOSS_SCALE.most, Math.max(LOSS_SCALE.least, value));
    this.#clean = 0;
  }
}
