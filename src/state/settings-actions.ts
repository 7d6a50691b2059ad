/** The settings of the next run. */
import { checkSettings } from '../protocol/setting-values.ts';
import type { RunSettings, SettingName } from '../protocol/settings.ts';
import type { Context } from './context.ts';
import { tellMemory } from './device/device-actions.ts';
import type { SettingDraft, SettingDrafts } from './studio-state.ts';
import { tellAddress } from './tell-address.ts';

export function createSettingsActions(context: Context) {
  const { set, attempt } = context;
  return {
    /** Values out of range are kept out: returns a sentence that says the range, or null. */
    changeSettings(change: Partial<RunSettings>): string | null {
      const wrong = checkSettings(change);
      if (wrong) return wrong;
      set(({ settings, settingDrafts }) => ({
        settings: { ...settings, ...change },
        settingsAreFirst: false,
        settingDrafts: without(settingDrafts, Object.keys(change)),
      }));
      tellAddress(context);
      void attempt(() => tellMemory(context), undefined);
      return null;
    },
    /** What a field holds until it is left; undefined once that is the setting itself. */
    noteSettingDraft(name: SettingName, draft: SettingDraft | undefined): void {
      set(({ settingDrafts }) => ({
        settingDrafts: { ...without(settingDrafts, [name]), ...(draft && { [name]: draft }) },
      }));
    },
  };
}

function without(drafts: SettingDrafts, names: readonly string[]): SettingDrafts {
  return Object.fromEntries(Object.entries(drafts).filter(([name]) => !names.includes(name)));
}
