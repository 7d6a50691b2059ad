import { useId } from 'react';
import type { RunSettings } from '../../protocol/settings.ts';
import { FieldLabel } from '../shared/field-label.tsx';
import { NumberField } from '../shared/number-field.tsx';
import { useStudio } from '../studio-context.ts';
import { aboutSettings } from './about-settings.ts';
import { recipeFields, scheduleTitles } from './fields.ts';

/** What goes beyond the published recipe. */
export function RecipeFields() {
  const settings = useStudio(state => state.settings);
  const change = useStudio(state => state.changeSettings);
  const id = useId();
  return (
    <details className="finer">
      <summary>Training recipe</summary>
      <div className="field">
        <FieldLabel field={id} label="Schedule" about={aboutSettings.schedule} />
        <select
          id={id}
          value={settings.schedule}
          onChange={event => change({ schedule: event.currentTarget.value as RunSettings['schedule'] })}
        >
          {Object.entries(scheduleTitles).map(([schedule, title]) => (
            <option key={schedule} value={schedule}>
              {title}
            </option>
          ))}
        </select>
      </div>
      <div className="field-grid">
        {recipeFields.map(({ name, ...texts }) => (
          <NumberField
            key={name}
            {...texts}
            about={aboutSettings[name]}
            value={settings[name]}
            onValue={value => change({ [name]: value })}
          />
        ))}
      </div>
    </details>
  );
}
