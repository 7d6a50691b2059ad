import { useId } from 'react';

/** Two to five views of one thing, side by side: a group of radio buttons. Its styles: styles/workspace.css. */
export function Segments<T extends string>({
  legend,
  options,
  value,
  onChange,
  disabled = false,
}: {
  /** Heard, not seen. */
  legend: string;
  options: readonly (readonly [value: T, label: string])[];
  value: T;
  onChange: (value: T) => void;
  disabled?: boolean;
}) {
  const name = useId();
  return (
    <fieldset className="segments" disabled={disabled}>
      <legend className="visually-hidden">{legend}</legend>
      {options.map(([option, label]) => (
        <label key={option}>
          <input type="radio" name={name} checked={value === option} onChange={() => onChange(option)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
