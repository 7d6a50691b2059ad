import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { RunSettings } from '../../protocol/settings.ts';
import { CopyButton } from '../shared/copy-button.tsx';
import { useStudio } from '../studio-context.ts';
import { bestPresets, changedBy, defaultPreset, inForce, paperPreset, previewPreset } from './preset-values.ts';
import { settingTexts } from './texts.ts';
import './presets.css';

/** More names than a person reads at a glance. */
const MOST_NAMES = 6;

/** Whole set-ups at a press. The one that is in force is marked. */
export function Presets() {
  const settings = useStudio(state => state.settings);
  const change = useStudio(state => state.changeSettings);
  const firstThatFits = useStudio(state => state.firstThatFits);
  const [note, setNote] = useState('');
  const choose = (preset: Partial<RunSettings>, first = '') => {
    setNote(`${first}${changeText(settings, preset)}`);
    change(preset);
  };
  const best = async () => {
    const found = await firstThatFits(bestPresets);
    if (!found) return setNote('No set-up of best quality fits this GPU.');
    choose(
      found,
      `The largest that this GPU takes: ${found.size}², ${found.filters} base filters, batch ${found.batch}. `,
    );
  };
  const pressed = (name: string, on: boolean, press: () => void) => (
    <button type="button" className="small" aria-pressed={on} onClick={press}>
      {name}
    </button>
  );
  return (
    <>
      <fieldset className="presets">
        <legend className="visually-hidden">Presets</legend>
        {pressed('Fast preview', inForce(settings, previewPreset), () => choose(previewPreset))}
        {pressed(
          'Best quality',
          bestPresets.some(preset => inForce(settings, preset)),
          () => void best(),
        )}
        {pressed('Paper', inForce(settings, paperPreset), () => choose(paperPreset))}
      </fieldset>
      <div className="preset-row">
        <button type="button" className="link" onClick={() => choose(defaultPreset)}>
          <RotateCcw aria-hidden />
          Reset
        </button>
        <CopyButton className="link" label="Copy link" done="Link copied" text={() => location.href} />
      </div>
      <p className="help preset-note" aria-live="polite">
        {note}
      </p>
    </>
  );
}

function changeText(settings: RunSettings, preset: Partial<RunSettings>): string {
  const labels = changedBy(settings, preset).map(name => settingTexts[name].label);
  if (labels.length === 0) return 'Nothing changed.';
  const more = labels.length - MOST_NAMES;
  return `Changed: ${labels.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
