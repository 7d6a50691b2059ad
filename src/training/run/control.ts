import { AppError } from '../../protocol/errors.ts';
import type { RunState } from '../../protocol/run.ts';

/** The whole state machine of a run. */
const next: Record<RunState, readonly RunState[]> = {
  idle: ['preparing'],
  preparing: ['running', 'finishing', 'failed'],
  running: ['paused', 'finishing', 'failed'],
  paused: ['running', 'finishing', 'failed'],
  finishing: ['done', 'failed'],
  done: ['preparing'],
  failed: ['preparing'],
};

export function canChange(from: RunState, to: RunState): boolean {
  return next[from].includes(to);
}

/**
 * A run's state, and the gate that the training loop passes between two steps: `pause` closes it, `resume` opens it,
 * `stop` opens it for good and makes it answer 'stop'.
 */
export class RunControl {
  #state: RunState = 'idle';
  #stopped = false;
  #open: (() => void) | null = null;
  #gate: Promise<void> | null = null;
  readonly #onChange: (state: RunState, stopped: boolean) => void;

  constructor(onChange: (state: RunState, stopped: boolean) => void) {
    this.#onChange = onChange;
  }

  get state(): RunState {
    return this.#state;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Throws AppError 'wrong-state' where the table has no such step. */
  change(to: RunState, stopped = false): void {
    if (!canChange(this.#state, to))
      throw new AppError(
        'wrong-state',
        `The run is ${this.#state} and cannot become ${to}`,
        'wait for it or start anew',
      );
    this.#state = to;
    this.#onChange(to, stopped);
  }

  pause(): void {
    this.change('paused');
    this.#gate = new Promise(resolve => {
      this.#open = resolve;
    });
  }

  resume(): void {
    this.change('running');
    this.#release();
  }

  stop(): void {
    if (this.#stopped) return;
    this.change('finishing');
    this.#stopped = true;
    this.#release();
  }

  /** The run is done; `stopped`: before its last epoch. */
  end(stopped: boolean): void {
    this.change('done', stopped);
  }

  /** From any active state; nothing where the run has ended already. */
  fail(): void {
    if (canChange(this.#state, 'failed')) this.change('failed');
    this.#release();
  }

  /** Resolves at once, or when the pause ends; false once the run was stopped. */
  async pass(): Promise<boolean> {
    if (this.#gate) await this.#gate;
    return !this.#stopped;
  }

  #release(): void {
    this.#open?.();
    this.#open = null;
    this.#gate = null;
  }
}
