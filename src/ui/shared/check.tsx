import { useId } from 'react';
import { FieldLabel } from './field-label.tsx';
import './check.css';

/** A labelled tick with a line of help. */
export function Check({
  label,
  help,
  about,
  checked,
  onChange,
}: {
  label: string;
  help: string;
  /** A longer explanation, behind a button. */
  about?: string | undefined;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  const id = useId();
  return (
    <div className="check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        aria-describedby={`${id}-help`}
        onChange={event => onChange(event.currentTarget.checked)}
      />
      <FieldLabel field={id} label={label} about={about} />
      <p id={`${id}-help`} className="help">
        {help}
      </p>
    </div>
  );
}
