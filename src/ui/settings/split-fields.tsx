import { checkSetting } from '../../protocol/setting-values.ts';
import { pageRecords } from '../../protocol/settings.ts';
import { NumberField } from '../shared/number-field.tsx';
import { useStudio } from '../studio-context.ts';
import { settingTexts } from './texts.ts';
import { helpText, rangeText } from './words.ts';
import './setting-fields.css';

const parts = ['train', 'validation', 'test'] as const;

/** How the pairs are divided: shares, scaled to add up to 1, and the seed of the shuffle. */
export function SplitFields() {
  const { seed, ratios } = useStudio(state => state.split);
  const changeSplit = useStudio(state => state.changeSplit);
  const total = ratios.train + ratios.validation + ratios.test;
  return (
    <div className="field-grid">
      {parts.map(part => (
        <SplitField
          key={part}
          name={`${part}Share`}
          help={`${((ratios[part] / total) * 100).toFixed(1)} % of the pairs`}
          value={ratios[part]}
          onValue={value => void changeSplit({ ratios: { ...ratios, [part]: value } })}
        />
      ))}
      <SplitField
        name="splitSeed"
        help={helpText('splitSeed')}
        value={seed}
        onValue={value => void changeSplit({ seed: value })}
      />
    </div>
  );
}

function SplitField({
  name,
  help,
  value,
  onValue,
}: {
  name: 'trainShare' | 'validationShare' | 'testShare' | 'splitSeed';
  help: string;
  value: number;
  onValue: (value: number) => void;
}) {
  const { label, about } = settingTexts[name];
  const take = (value: number) => {
    const wrong = checkSetting(name, value);
    if (wrong === null) onValue(value);
    return wrong;
  };
  return (
    <NumberField
      label={label}
      about={about}
      help={help}
      range={rangeText(pageRecords[name])}
      value={value}
      onValue={take}
    />
  );
}
