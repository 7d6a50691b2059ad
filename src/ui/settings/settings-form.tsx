import { runGoingOn, useStudio } from '../studio-context.ts';
import { AugmentationFields } from './augmentation-fields.tsx';
import { MemoryNote } from './memory-note.tsx';
import { NetworkSummary } from './network-summary.tsx';
import { Presets } from './presets.tsx';
import { SettingFields } from './setting-fields.tsx';
import { SplitFields } from './split-fields.tsx';
import { groupTitles } from './texts.ts';
import './settings-form.css';

/** The run's settings, group by group. Fixed while a run is going on. */
export function SettingsForm() {
  const fixed = useStudio(runGoingOn);
  const reading = useStudio(state => state.ingest !== null);
  return (
    <fieldset className="panel settings" disabled={fixed || reading}>
      <legend>{groupTitles.main}</legend>
      <a className="skip-settings" href="#run">
        Skip to the training
      </a>
      <div className="presets">
        <span className="label" id="presets-label">
          Presets
        </span>
        <Presets />
      </div>
      <SettingFields group="main" />
      <MemoryNote />
      <NetworkSummary />
      <details className="finer">
        <summary>{groupTitles.preparation}</summary>
        <SettingFields group="preparation" />
        <p className="help">Changed, the images are read again when the training starts.</p>
      </details>
      <details className="finer" open>
        <summary>{groupTitles.optimizer}, flips and turns</summary>
        <SettingFields group="optimizer" kind="number" />
        <SettingFields group="augmentation" kind="switch" />
        <SettingFields group="optimizer" kind="switch" />
      </details>
      <details className="finer">
        <summary>{groupTitles.recipe}</summary>
        <SettingFields group="recipe" />
      </details>
      <AugmentationFields />
      <SplitFields />
      <p className="help settings-note">{fixed ? 'Fixed while the run is going on.' : ''}</p>
    </fieldset>
  );
}
