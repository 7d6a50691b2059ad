/** The settings, the engine and what the two take of the GPU's memory. */
import * as v from 'valibot';
import type { StoreApi } from 'zustand/vanilla';
import type { Client } from '../protocol/client.ts';
import { AppError } from '../protocol/errors.ts';
import { deviceReport, memoryEstimate, type TrainingCommand } from '../protocol/run.ts';
import type { EngineChoice, RunSettings } from '../protocol/settings.ts';
import { checkSettings, writeAddress } from './address.ts';
import type { Studio } from './studio.ts';

export interface SettingsContext {
  readonly get: StoreApi<Studio>['getState'];
  readonly set: StoreApi<Studio>['setState'];
  readonly training: Client<TrainingCommand>;
  readonly report: (thrown: unknown) => void;
  readonly attempt: <T>(action: () => Promise<T>, otherwise: T) => Promise<T>;
  readonly demoPairs: number;
  /** Called with the query string that gives the present settings. */
  readonly onAddress: (query: string) => void;
}

export function createSettingsActions({ get, set, training, report, attempt, demoPairs, onAddress }: SettingsContext) {
  /** The estimate of the settings as they are now; an answer for older settings is dropped. */
  const tellMemory = async () => {
    const { settings, device } = get();
    const memory = device ? await training.ask({ type: 'estimate', settings }, v.nullable(memoryEstimate)) : null;
    if (settings === get().settings) set({ memory });
  };
  const tellAddress = () => {
    const { settings, split, engine } = get();
    onAddress(writeAddress({ settings, split, engine, demoPairs }));
  };

  /** The settings with the largest batch that the GPU takes, where theirs is too large; told, and set in the form too. */
  const fitted = async (settings: RunSettings): Promise<RunSettings> => {
    const memory = await training.ask({ type: 'estimate', settings }, v.nullable(memoryEstimate));
    if (!memory || memory.fits || memory.largestBatch === 0) return settings;
    const fitting = { ...settings, batch: memory.largestBatch };
    report(
      new AppError(
        'out-of-memory',
        `Batches of ${settings.batch} at ${settings.size} × ${settings.size} do not fit into this GPU’s memory`,
        `the run starts with batches of ${fitting.batch}, the largest that fits`,
      ),
    );
    set({ settings: fitting });
    tellAddress();
    await tellMemory();
    return fitting;
  };

  return {
    tellAddress,
    tellMemory,
    fitted,
    actions: {
      changeSettings(change: Partial<RunSettings>) {
        const wrong = checkSettings(change);
        if (wrong) return wrong;
        set(({ settings }) => ({ settings: { ...settings, ...change } }));
        tellAddress();
        void attempt(tellMemory, undefined);
        return null;
      },
      firstThatFits: (choices: readonly Partial<RunSettings>[]) =>
        attempt(async () => {
          const { settings, device } = get();
          for (const choice of choices) {
            const asked = { type: 'estimate', settings: { ...settings, ...choice } } as const;
            const memory = device ? await training.ask(asked, v.nullable(memoryEstimate)) : null;
            // Where the engine cannot tell, the first is as good as any.
            if (!memory || memory.fits) return choice;
          }
          return null;
        }, null),
      chooseEngine: (engine: EngineChoice) =>
        attempt(async () => {
          if (engine !== get().engine) {
            set({ engine });
            tellAddress();
          }
          try {
            set({ device: await training.ask({ type: 'device', engine }, deviceReport) });
            await tellMemory();
          } catch (thrown) {
            set({ device: null });
            // The page has a panel of its own for this.
            if (!(thrown instanceof AppError && thrown.code === 'no-webgpu')) throw thrown;
          }
        }, undefined),
    },
  };
}
