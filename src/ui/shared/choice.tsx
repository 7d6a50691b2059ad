import { useId } from 'react';
import './choice.css';

/** One of a few values, side by side. */
export function Choice<T extends string>({
  legend,
  title,
  options,
  value,
  onChange,
}: {
  legend: string;
  title?: string;
  options: readonly (readonly [value: T, label: string])[];
  value: T;
  onChange: (value: T) => void;
}) {
  const name = useId();
  return (
    <fieldset className="choice" title={title}>
      <legend>{legend}</legend>
      {options.map(([option, label]) => (
        <label key={option} className="choice-option">
          <input type="radio" name={name} checked={value === option} onChange={() => onChange(option)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
