/** The settings of the next run. */
import { checkSettings } from '../protocol/setting-values.ts';
import type { RunSettings } from '../protocol/settings.ts';
import type { Context } from './context.ts';
import { tellMemory } from './device/device-actions.ts';
import { tellAddress } from './tell-address.ts';

export function createSettingsActions(context: Context) {
  const { set, attempt } = context;
  return {
    /** Values out of range are kept out: returns a sentence that says the range, or null. */
    changeSettings(change: Partial<RunSettings>): string | null {
      const wrong = checkSettings(change);
      if (wrong) return wrong;
      set(({ settings }) => ({ settings: { ...settings, ...change } }));
      tellAddress(context);
      void attempt(() => tellMemory(context), undefined);
      return null;
    },
  };
}
