import { useId } from 'react';
import { FieldLabel } from './field-label.tsx';

/** A labelled choice of one of some values, each with its title. */
export function SelectField<T extends string>({
  label,
  about,
  titles,
  value,
  onValue,
}: {
  label: string;
  about?: string | undefined;
  titles: Readonly<Record<T, string>>;
  value: T;
  onValue: (value: T) => void;
}) {
  const id = useId();
  return (
    <div className="field">
      <FieldLabel field={id} label={label} about={about} />
      <select id={id} value={value} onChange={event => onValue(event.currentTarget.value as T)}>
        {Object.entries<string>(titles).map(([key, title]) => (
          <option key={key} value={key}>
            {title}
          </option>
        ))}
      </select>
    </div>
  );
}
