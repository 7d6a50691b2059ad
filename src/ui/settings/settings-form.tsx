import type { SplitRatios } from '../../protocol/dataset.ts';
import { Check } from '../shared/check.tsx';
import { NumberField } from '../shared/number-field.tsx';
import { SelectField } from '../shared/select-field.tsx';
import { runGoingOn, useStudio } from '../studio-context.ts';
import { aboutSettings, aboutSplit } from './about-settings.ts';
import { AugmentationFields } from './augmentation-fields.tsx';
import { architectureTitles, finerFields, mainFields } from './fields.ts';
import { MemoryNote } from './memory-note.tsx';
import { NetworkSummary } from './network-summary.tsx';
import { NumberSettings } from './number-settings.tsx';
import { PreparationFields } from './preparation-fields.tsx';
import { Presets } from './presets.tsx';
import { RecipeFields } from './recipe-fields.tsx';

/** The run's settings. Fixed while a run is going on. */
export function SettingsForm() {
  const fixed = useStudio(runGoingOn);
  const reading = useStudio(state => state.ingest !== null);
  const settings = useStudio(state => state.settings);
  const change = useStudio(state => state.changeSettings);
  const hasHalf = useStudio(state => state.device?.features.includes('shader-f16') === true);
  return (
    <fieldset className="panel settings" disabled={fixed || reading}>
      <legend>Training settings</legend>
      <a className="skip-settings" href="#run">
        Skip to the training
      </a>
      <div className="presets">
        <span className="label" id="presets-label">
          Presets
        </span>
        <Presets />
      </div>
      <SelectField
        label="Architecture"
        about={aboutSettings.arch}
        titles={architectureTitles}
        value={settings.arch}
        onValue={arch => change({ arch })}
      />
      <NumberSettings fields={mainFields} />
      <MemoryNote />
      <NetworkSummary />
      <PreparationFields />
      <details className="finer" open>
        <summary>Optimizer, loss, flips and turns</summary>
        <NumberSettings fields={finerFields} />
        <Check
          label="Flips"
          about={aboutSettings.flips}
          help="Mirror training images at random. Paper: on"
          checked={settings.flips}
          onChange={flips => change({ flips })}
        />
        <Check
          label="Quarter turns"
          about={aboutSettings.turns}
          help="Turn training images by 90° at random. Paper: any angle"
          checked={settings.turns}
          onChange={turns => change({ turns })}
        />
        {(hasHalf || settings.half) && (
          <Check
            label="Half precision"
            about={aboutSettings.half}
            help="Activations in 16-bit floats: half the memory, rounder gradients. Paper: off"
            checked={settings.half}
            onChange={half => change({ half })}
          />
        )}
      </details>
      <RecipeFields />
      <AugmentationFields />
      <SplitFields />
      <p className="help settings-note">{fixed ? 'Fixed while the run is going on.' : ''}</p>
    </fieldset>
  );
}

const shares = [
  ['train', 'Train share'],
  ['validation', 'Validation share'],
  ['test', 'Test share'],
] as const;

function SplitFields() {
  const { seed, ratios } = useStudio(state => state.split);
  const changeSplit = useStudio(state => state.changeSplit);
  const setShare = (part: keyof SplitRatios, value: number) => {
    if (!(value > 0 && value <= 1)) return 'out of range';
    void changeSplit({ ratios: { ...ratios, [part]: value } });
    return null;
  };
  return (
    <details className="finer" open>
      <summary>Split of the data</summary>
      <p className="help">
        A seeded shuffle; equal and nearly equal images stay in one part. Shares are scaled to add up to 1. Common: 0.8,
        0.1, 0.1.
      </p>
      <div className="field-grid split-grid">
        {shares.map(([part, label]) => (
          <NumberField
            key={part}
            label={label}
            about={aboutSplit[part]}
            help={`${((ratios[part] / (ratios.train + ratios.validation + ratios.test)) * 100).toFixed(1)} % of the pairs`}
            range="above 0, up to 1"
            value={ratios[part]}
            onValue={value => setShare(part, value)}
          />
        ))}
        <NumberField
          label="Split seed"
          about={aboutSplit.seed}
          help="Same seed, same split"
          range="0 to 4294967295, whole"
          value={seed}
          onValue={value => {
            if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) return 'out of range';
            void changeSplit({ seed: value });
            return null;
          }}
        />
      </div>
    </details>
  );
}
