import { useState } from 'react';
import type { RunSettings } from '../../protocol/settings.ts';
import { CopyButton } from '../shared/copy-button.tsx';
import { useStudio } from '../studio-context.ts';
import { bestChoices, bestRecipe, paperSettings, previewSettings } from './fields.ts';

/** Whole set-ups at a press. The one that is in force is marked. */
export function Presets() {
  const settings = useStudio(state => state.settings);
  const change = useStudio(state => state.changeSettings);
  const firstThatFits = useStudio(state => state.firstThatFits);
  const [note, setNote] = useState('');
  const inForce = (preset: Partial<RunSettings>) =>
    Object.entries(preset).every(([name, value]) => settings[name as keyof RunSettings] === value);
  const best = async () => {
    const found = await firstThatFits(bestChoices.map(choice => ({ ...bestRecipe, ...choice })));
    if (!found) return setNote('No set-up of best quality fits this GPU.');
    change(found);
    setNote(`The largest that this GPU takes: ${found.size}², ${found.filters} base filters, batch ${found.batch}.`);
  };
  const choose = (preset: Partial<RunSettings>) => {
    change(preset);
    setNote('');
  };
  const bestInForce = inForce(bestRecipe) && bestChoices.some(inForce);
  return (
    <>
      <button type="button" aria-pressed={inForce(paperSettings)} onClick={() => choose(paperSettings)}>
        Paper
      </button>
      <button type="button" aria-pressed={inForce(previewSettings)} onClick={() => choose(previewSettings)}>
        Fast preview
      </button>
      <button type="button" aria-pressed={bestInForce} onClick={() => void best()}>
        Best quality
      </button>
      <CopyButton label="Copy link" done="Link copied" text={() => location.href} />
      <p className="help preset-note" aria-live="polite">
        {note}
      </p>
    </>
  );
}
