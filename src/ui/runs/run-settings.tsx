import type { KeptRun } from '../../protocol/kept-runs.ts';
import { settingNames } from '../../protocol/settings.ts';
import { settingTexts } from '../settings/texts.ts';
import { valueText } from '../settings/words.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { Facts } from './run-facts.tsx';

/** Every setting that the run had. */
export function RunSettingsView({ run: { settings } }: { run: KeptRun }) {
  return (
    <ScrollArea className="scroll run-body run-settings" label="Settings of the run, scrollable">
      <Facts of={settingNames.map(name => [settingTexts[name].label, valueText(name, settings[name])] as const)} />
    </ScrollArea>
  );
}
