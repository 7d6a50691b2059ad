import type { SettingGroup } from '../../protocol/setting-records.ts';
import { runRecords, type SettingName, settingNames } from '../../protocol/settings.ts';
import { Check } from '../shared/check.tsx';
import { NumberField } from '../shared/number-field.tsx';
import { SelectField } from '../shared/select-field.tsx';
import { useStudio } from '../studio-context.ts';
import { settingTexts } from './texts.ts';
import { helpText, rangeText, titlesOf } from './words.ts';
import './setting-fields.css';

/** A group's settings as fields: its choices, then its numbers side by side, then its switches; or those of one kind. */
export function SettingFields({ group, kind }: { group: SettingGroup; kind?: 'choice' | 'number' | 'switch' }) {
  const names = (wanted: typeof kind) =>
    kind === undefined || kind === wanted
      ? settingNames.filter(name => runRecords[name].group === group && runRecords[name].kind === wanted)
      : [];
  const numbers = names('number');
  const fields = (names: readonly SettingName[]) => names.map(name => <SettingField key={name} name={name} />);
  return (
    <>
      {fields(names('choice'))}
      {numbers.length > 0 && <div className="field-grid">{fields(numbers)}</div>}
      {fields(names('switch'))}
    </>
  );
}

export function SettingField({ name }: { name: SettingName }) {
  const value = useStudio(state => state.settings[name]);
  const change = useStudio(state => state.changeSettings);
  const draft = useStudio(state => state.settingDrafts[name]);
  const noteDraft = useStudio(state => state.noteSettingDraft);
  const features = useStudio(state => state.device?.features);
  const record = runRecords[name];
  const { label, about } = settingTexts[name];
  switch (record.kind) {
    case 'number':
      return (
        <NumberField
          label={label}
          about={about}
          help={helpText(name)}
          range={rangeText(record)}
          value={Number(value)}
          onValue={value => change({ [name]: value })}
          held={[draft, typed => noteDraft(name, typed)]}
        />
      );
    case 'switch':
      if (record.needs && !value && !features?.includes(record.needs)) return null;
      return (
        <Check
          label={label}
          about={about}
          help={helpText(name)}
          checked={value === true}
          onChange={value => change({ [name]: value })}
        />
      );
    case 'choice':
      return (
        <SelectField
          label={label}
          about={about}
          titles={titlesOf(name)}
          value={String(value)}
          onValue={value => change({ [name]: value })}
        />
      );
    default:
      throw record satisfies never;
  }
}
