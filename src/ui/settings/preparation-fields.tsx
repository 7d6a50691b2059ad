import { Check } from '../shared/check.tsx';
import { SelectField } from '../shared/select-field.tsx';
import { useStudio } from '../studio-context.ts';
import { aboutSettings } from './about-settings.ts';
import { framingTitles } from './fields.ts';

/** How images become the squares that the network sees. A model keeps to it. */
export function PreparationFields() {
  const { framing, constancy } = useStudio(state => state.settings);
  const change = useStudio(state => state.changeSettings);
  return (
    <details className="finer">
      <summary>Preparation of the images</summary>
      <SelectField
        label="Framing"
        about={aboutSettings.framing}
        titles={framingTitles}
        value={framing}
        onValue={value => change({ framing: value })}
      />
      <Check
        label="Colour constancy"
        about={aboutSettings.constancy}
        help="Takes the light’s colour out of each image (shades of grey)"
        checked={constancy}
        onChange={value => change({ constancy: value })}
      />
      <p className="help">Changed, the images are read again when the training starts.</p>
    </details>
  );
}
