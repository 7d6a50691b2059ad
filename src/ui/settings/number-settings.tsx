import { NumberField } from '../shared/number-field.tsx';
import { useStudio } from '../studio-context.ts';
import { aboutSettings } from './about-settings.ts';
import type { NumberFieldText } from './fields.ts';

/** Settings that are numbers, side by side. */
export function NumberSettings({ fields }: { fields: readonly NumberFieldText[] }) {
  const settings = useStudio(state => state.settings);
  const change = useStudio(state => state.changeSettings);
  return (
    <div className="field-grid">
      {fields.map(({ name, ...texts }) => (
        <NumberField
          key={name}
          {...texts}
          about={aboutSettings[name]}
          value={settings[name]}
          onValue={value => change({ [name]: value })}
        />
      ))}
    </div>
  );
}
