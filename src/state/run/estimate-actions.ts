/** Tries a few steps of the present settings before a run, so that the page can say how long it would take. */
import { action } from '../action.ts';
import type { Context } from '../context.ts';
import { workKey } from '../device/work-key.ts';
import { anyOf, badFields, noDevice, noSplit, outlining, reading, running, testing } from '../refusals.ts';

export function createEstimateActions(context: Context) {
  const { get, set, ask, attempt } = context;
  return {
    /** Nothing where these settings were timed already. Called once the settings rest; a run that starts ends it. */
    estimateRun: action(
      context,
      anyOf(running, reading, testing, outlining, noSplit, noDevice, badFields),
      async () => {
        const { device, engine, settings, timings, estimating } = get();
        if (!device) return;
        const key = workKey(device, engine, settings);
        if (key in timings || key === estimating) return;
        set({ estimating: key });
        try {
          const timing = await ask.run.estimate({ settings });
          if (timing) set(({ timings }) => ({ timings: { ...timings, [key]: timing } }));
        } finally {
          set(({ estimating }) => (estimating === key ? { estimating: null } : {}));
        }
      },
      undefined,
    ),
    /** At once; nothing where none is under way. */
    cancelEstimate: () =>
      attempt(async () => {
        if (get().estimating === null) return;
        set({ estimating: null });
        await ask.run.cancelEstimate();
      }, undefined),
  };
}
