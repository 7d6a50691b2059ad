/** Failures on purpose: one operation of a kind of storage fails, and with it, if wanted, all that follow. */

/** How it fails: before it has done anything, after it is done, or, where it writes, with half of it written. */
export type How = 'before' | 'after' | 'half';

export class Faults {
  /** Names of the operations so far. */
  operations: string[] = [];
  /** Counted from 1. */
  failAt = Number.POSITIVE_INFINITY;
  how: How = 'before';
  /** What follows the failure fails as well: the page is gone. */
  dead = false;
  /** As what it fails. */
  error = 'UnknownError';
  #gone = false;

  revive(): void {
    this.failAt = Number.POSITIVE_INFINITY;
    this.#gone = false;
    this.operations = [];
  }

  act<T>(name: string, act: () => T, half?: () => T): T {
    this.operations.push(name);
    const failing = this.operations.length === this.failAt;
    if (!failing && !this.#gone) return act();
    const gone = this.#gone;
    this.#gone ||= this.dead;
    if (failing && this.how === 'half' && half) return half();
    if (failing && !gone && this.how === 'after') act();
    throw new DOMException(`${name} failed`, this.error);
  }
}
