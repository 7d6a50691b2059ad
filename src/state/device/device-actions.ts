/** The engine, and the memory that the settings need on it. */

import type { MemoryEstimate } from '../../protocol/device.ts';
import { AppError } from '../../protocol/errors.ts';
import type { PlanDescription } from '../../protocol/inspection.ts';
import type { EngineChoice, RunSettings } from '../../protocol/settings.ts';
import { action } from '../action.ts';
import type { Context } from '../context.ts';
import { firstChoices } from '../first-settings.ts';
import { running } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { tellAddress } from '../tell-address.ts';
import { workKey } from './work-key.ts';

/** Of the present settings on the present device: undefined while that is not known, null where the engine cannot tell. */
export function memoryOf({
  device,
  engine,
  settings,
  memory,
}: Pick<StudioState, 'device' | 'engine' | 'settings' | 'memory'>): MemoryEstimate | null | undefined {
  return device && memory?.key === workKey(device, engine, settings) ? memory.estimate : undefined;
}

/** The estimate of the settings as they are now; an answer for older settings is dropped. */
export async function tellMemory({ get, set, ask }: Context): Promise<void> {
  const { settings, device, engine } = get();
  if (!device) return;
  const estimate = await ask.device.estimate({ settings });
  if (settings === get().settings) set({ memory: { key: workKey(device, engine, settings), estimate } });
}

/** Where nobody has set anything yet, as much as this device carries. Where the engine cannot tell, the first choice is as good as any. */
async function chooseFirst(context: Context): Promise<void> {
  const { get, set, ask } = context;
  const { settings, device } = get();
  if (!device || !untouched(get())) return;
  for (const choice of firstChoices(device)) {
    const chosen = { ...settings, ...choice };
    const memory = await ask.device.estimate({ settings: chosen });
    if (!untouched(get())) return;
    if (memory && !memory.fits) continue;
    set({ settings: chosen });
    return tellAddress(context);
  }
}

/** A data set is read at its size: what it was read for stays. */
function untouched({ settingsAreFirst, dataset, ingest }: StudioState): boolean {
  return settingsAreFirst && dataset === null && ingest === null;
}

/** The settings, with the largest batch that fits where theirs is too large. The page says so, and the form changes too. */
export async function fitted(context: Context, settings: RunSettings): Promise<RunSettings> {
  const { set, ask, report } = context;
  const memory = await ask.device.estimate({ settings });
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
  tellAddress(context);
  await tellMemory(context);
  return fitting;
}

export function createDeviceActions(context: Context) {
  const { get, set, ask, attempt, address } = context;
  return {
    /**
     * The plan of the engine at hand, null where there is none; `timed`: how many of its next steps to time. undefined if it cannot be
     * had (a problem is shown).
     */
    inspect: (timed: number): Promise<PlanDescription | null | undefined> =>
      attempt(() => ask.device.inspect({ timed }), undefined),
    /** The first of these changes with which the settings fit into the GPU's memory; null where none does. */
    firstThatFits: (choices: readonly Partial<RunSettings>[]) =>
      attempt(async () => {
        const { settings, device } = get();
        for (const choice of choices) {
          const memory = device ? await ask.device.estimate({ settings: { ...settings, ...choice } }) : null;
          // Where the engine cannot tell, the first is as good as any.
          if (!memory || memory.fits) return choice;
        }
        return null;
      }, null),
    chooseEngine: action(
      context,
      running,
      async (engine: EngineChoice) => {
        if (engine !== get().engine) {
          set({ engine });
          tellAddress(context);
        }
        try {
          set({ device: await ask.device.choose({ engine, threads: address.threads }) });
          await chooseFirst(context);
          await tellMemory(context);
        } catch (thrown) {
          set({ device: null });
          // The page has a panel of its own for this.
          if (!(thrown instanceof AppError && thrown.code === 'no-webgpu')) throw thrown;
        }
      },
      undefined,
    ),
  };
}
