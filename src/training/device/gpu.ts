/**
 * The device, and the one engine that is on it. Opened when first wanted, replaced when lost; an engine that fits what is wanted is used
 * again. Must not know: runs, models, data sets.
 */
import type { Engine, EngineSettings } from '../../engine/engine.ts';
import { buildNetwork } from '../../network/catalogue.ts';
import type { DeviceChoice } from '../../protocol/device.ts';
import { AppError } from '../../protocol/errors.ts';
import type { PlanDescription } from '../../protocol/inspection.ts';
import type { RunSettings } from '../../protocol/settings.ts';
import type { Backend } from './backend.ts';
import type { Speeds } from './race.ts';
import { watched } from './watched.ts';

type Wanted = Pick<RunSettings, 'arch' | 'filters' | 'size'> &
  Partial<RunSettings> &
  Pick<EngineSettings, 'variants'> & { readonly predictOnly?: true };

/** A call may fail this long before the device tells that it is lost. */
const LOSS_TOLD_MS = 500;

/** The key of an engine that fits no other use. */
const GUEST = 'guest';

export class Gpu {
  readonly #openBackend: (choice: DeviceChoice) => Promise<Backend>;
  /** Whether a run is active, which reports the loss of its device itself. */
  readonly #minded: () => boolean;
  #choice: DeviceChoice = { engine: 'auto', threads: 0 };
  #backend: Promise<Backend> | null = null;
  /** Used instead of the opened one where it was faster on the settings of the last run. */
  #inPlace: Backend | null = null;
  /** Why another device is in place of the opened one for good. */
  #distrust: AppError | null = null;
  #engine: { engine: Engine; key: string } | null = null;
  /** Counts the uses, so that a guest sees that another one came while it was being made. */
  #turn = 0;

  constructor(openBackend: (choice: DeviceChoice) => Promise<Backend>, minded: () => boolean) {
    this.#openBackend = openBackend;
    this.#minded = minded;
  }

  async choose(choice: DeviceChoice): Promise<Backend> {
    const { engine, threads } = this.#choice;
    if (choice.engine !== engine || choice.threads !== threads) await this.close();
    this.#choice = choice;
    return this.open();
  }

  /**
   * What trains at these settings from now on: the opened device, or its rival where that was faster. Once for each kind of settings both
   * are tried for a moment. Throws as `open` does.
   */
  async decide(settings: RunSettings): Promise<Backend> {
    const opened = await this.#open();
    if (this.#distrust) return this.open();
    const { rival } = opened;
    // 16-bit floats are the GPU's alone.
    if (!rival || settings.half) return this.#take(null, opened);
    this.dropEngine();
    const { arch, filters } = settings;
    const network = buildNetwork(arch, filters);
    let speeds: Speeds;
    try {
      speeds = await rival.race({ ...settings, network, dropout: true, half: false }, filters);
    } catch (thrown) {
      return this.#replace(opened, thrown);
    }
    const faster = (speeds.cpu ?? 0) > speeds.gpu ? (this.#inPlace ?? rival.open()) : null;
    const chosen = faster ?? opened;
    return this.#take(faster && { ...faster, report: { ...faster.report, speeds } }, {
      ...chosen,
      report: { ...chosen.report, speeds },
    });
  }

  /** Why the device that was opened is not used, where its own kernels told; the next best one is. */
  get distrust(): AppError | null {
    return this.#distrust;
  }

  /** The next best device, from now on, where the opened one computes wrongly and the page may choose; else throws what was thrown. */
  #replace(opened: Backend, thrown: unknown): Backend {
    if (!(thrown instanceof AppError) || thrown.code !== 'wrong-kernels' || !opened.next || this.#distrust)
      throw thrown;
    const next = opened.next();
    this.#distrust = new AppError(
      'wrong-kernels',
      thrown.happened,
      `${next.report.description || next.report.engine} trains instead; with a newer driver or browser the GPU may do`,
      { cause: thrown },
    );
    return this.#take(next, next);
  }

  #take(inPlace: Backend | null, chosen: Backend): Backend {
    if ((inPlace === null) !== (this.#inPlace === null)) this.dropEngine();
    this.#inPlace = inPlace;
    return chosen;
  }

  /** Throws AppError 'no-webgpu' or 'no-webgl'. */
  async open(): Promise<Backend> {
    const opened = await this.#open();
    return this.#inPlace ?? opened;
  }

  #open(): Promise<Backend> {
    this.#backend ??= this.#openBackend(this.#choice).then(
      backend => {
        // Without a run nobody reports the loss: the next use opens another device.
        void backend.lost.then(() => this.#forget(backend));
        return backend;
      },
      error => {
        this.#backend = null;
        throw error;
      },
    );
    return this.#backend;
  }

  /** The present engine where it fits, else a new one. An engine that trains also predicts. */
  async engineFor(wanted: Wanted, onProgress?: Parameters<Engine['prepare']>[0]): Promise<Engine> {
    const { arch, filters, size, batch = 1, l2 = 0, half = false, predictOnly = false } = wanted;
    const key = [arch, filters, size, half].join();
    if (this.#engine?.key === key && (predictOnly || !this.#engine.engine.settings.predictOnly))
      return this.#engine.engine;
    this.dropEngine();
    const backend = await this.open();
    const network = buildNetwork(arch, filters);
    const settings = { ...wanted, network, batch, l2, dropout: true, half, predictOnly };
    const engine = watched(await backend.createEngine(settings));
    this.#engine = { engine, key };
    try {
      await engine.prepare(onProgress);
    } catch (thrown) {
      // Whoever comes next must not be given an engine that is none.
      if (this.#engine?.engine === engine) this.dropEngine();
      this.#replace(await this.#open(), thrown);
      return this.engineFor(wanted, onProgress);
    }
    return engine;
  }

  /**
   * An engine that gives way: as soon as anything else wants one, or drops it, it is disposed, and its open and later calls reject.
   * Rejects where that happens before it is prepared.
   */
  async guest(wanted: RunSettings): Promise<Engine> {
    this.dropEngine();
    const turn = this.#turn;
    const backend = await this.open();
    const network = buildNetwork(wanted.arch, wanted.filters);
    const engine = watched(await backend.createEngine({ ...wanted, network, dropout: true }));
    if (turn !== this.#turn) {
      engine.dispose();
      throw new Error('the engine was wanted otherwise');
    }
    this.#engine = { engine, key: GUEST };
    await engine.prepare();
    return engine;
  }

  /** Whether the last guest had to give way. */
  get guestGone(): boolean {
    return this.#engine?.key !== GUEST;
  }

  dropGuest(): void {
    // One that is still being made is none yet.
    if (!this.#engine || !this.guestGone) this.dropEngine();
  }

  /** null where there is no engine, or one that has no plan. */
  inspect(timed: number): PlanDescription | null {
    return this.guestGone ? (this.#engine?.engine.inspect?.(timed) ?? null) : null;
  }

  dropEngine(): void {
    this.#turn++;
    this.#engine?.engine.dispose();
    this.#engine = null;
  }

  async close(): Promise<void> {
    this.dropEngine();
    this.#inPlace?.dispose();
    this.#inPlace = null;
    this.#distrust = null;
    const backend = await this.#backend?.catch(() => null);
    this.#backend = null;
    backend?.dispose();
  }

  /** What was thrown, or the loss of the device where that caused it. */
  async explain(thrown: unknown): Promise<unknown> {
    const backend = await this.#backend?.catch(() => null);
    if (thrown instanceof AppError || !backend) return thrown;
    const soon = new Promise<undefined>(resolve => setTimeout(resolve, LOSS_TOLD_MS));
    const reason = await Promise.race([backend.lost, soon]);
    return reason === undefined ? thrown : deviceLost(reason);
  }

  async #forget(lost: Backend): Promise<void> {
    if (this.#minded()) return;
    if ((await this.#backend?.catch(() => null)) === lost) await this.close();
  }
}

export function deviceLost(reason: string): AppError {
  return new AppError(
    'device-lost',
    `The graphics device was lost (${reason})`,
    'continue the run from its last finished epoch, or start again',
  );
}
