import { type ReactNode, useState } from 'react';
import { defaultSettings, runRecords, settingNames } from '../../protocol/settings.ts';
import { plural } from '../shared/format.ts';
import { Segments } from '../shared/segments.tsx';
import { useStudio } from '../studio-context.ts';
import { AugmentationFields } from './augmentation-fields.tsx';
import { MemoryNote } from './memory-note.tsx';
import { NetworkSummary } from './network-summary.tsx';
import { Presets } from './presets.tsx';
import { SettingField, SettingFields } from './setting-fields.tsx';
import { groupTitles } from './texts.ts';
import './settings-form.css';

type Shown = 'simple' | 'all';

/** The settings of the next run, group by group; one that goes on has its own. What belongs to the images stands under Data. */
export function SettingsForm({ children }: { children?: ReactNode }) {
  const reading = useStudio(state => state.ingest !== null);
  const [shown, setShown] = useState<Shown>('simple');
  return (
    <>
      <div className="bar settings-bar">
        <h2>{groupTitles.main}</h2>
        <span className="spring" />
        <Segments
          legend="Settings shown"
          options={[
            ['simple', 'Simple'],
            ['all', 'All'],
          ]}
          value={shown}
          onChange={setShown}
        />
      </div>
      <div className="scroll">
        <fieldset className="settings" disabled={reading}>
          <legend className="visually-hidden">{groupTitles.main}</legend>
          <div className="block">
            <Presets />
            <FirstNote />
            <SettingFields group="main" />
          </div>
          {shown === 'simple' ? <SimpleSettings onAll={() => setShown('all')} /> : <AllSettings />}
          <div className="block">
            <MemoryNote />
            <NetworkSummary />
          </div>
        </fieldset>
        {children}
      </div>
    </>
  );
}

function FirstNote() {
  const first = useStudio(state => state.settingsAreFirst);
  return first && <p className="help">Chosen for this machine and these images. Change what you like.</p>;
}

const simple = new Set(['flips', 'turns', 'patience']);

/** What most runs change, and a word where anything else is not at its default. */
function SimpleSettings({ onAll }: { onAll: () => void }) {
  const others = useStudio(
    ({ settings }) =>
      settingNames.filter(
        name =>
          !simple.has(name) &&
          runRecords[name].group !== 'main' &&
          runRecords[name].group !== 'preparation' &&
          settings[name] !== defaultSettings[name],
      ).length,
  );
  return (
    <div className="block">
      <SettingField name="flips" />
      <SettingField name="turns" />
      <SettingField name="patience" />
      {others > 0 && (
        <p className="help">
          {`${plural(others, 'other setting')} changed. `}
          <button type="button" className="link" onClick={onAll}>
            Show all settings
          </button>
        </p>
      )}
    </div>
  );
}

function AllSettings() {
  return (
    <>
      <section className="block" aria-label={groupTitles.augmentation}>
        <h3>{groupTitles.augmentation}</h3>
        <SettingFields group="augmentation" kind="switch" />
        <AugmentationFields />
      </section>
      <section className="block" aria-label={groupTitles.optimizer}>
        <h3>{groupTitles.optimizer}</h3>
        <SettingFields group="optimizer" />
      </section>
      <section className="block" aria-label={groupTitles.recipe}>
        <h3>{groupTitles.recipe}</h3>
        <SettingFields group="recipe" />
      </section>
    </>
  );
}
