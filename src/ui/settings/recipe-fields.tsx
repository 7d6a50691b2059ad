import { SelectField } from '../shared/select-field.tsx';
import { useStudio } from '../studio-context.ts';
import { aboutSettings } from './about-settings.ts';
import { recipeFields, scheduleTitles } from './fields.ts';
import { NumberSettings } from './number-settings.tsx';

/** What goes beyond the published recipe. */
export function RecipeFields() {
  const schedule = useStudio(state => state.settings.schedule);
  const change = useStudio(state => state.changeSettings);
  return (
    <details className="finer">
      <summary>Training recipe</summary>
      <SelectField
        label="Schedule"
        about={aboutSettings.schedule}
        titles={scheduleTitles}
        value={schedule}
        onValue={value => change({ schedule: value })}
      />
      <NumberSettings fields={recipeFields} />
    </details>
  );
}
