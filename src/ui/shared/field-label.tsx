import { Help } from './help.tsx';
import './field-label.css';

/** A field's label, with a help button beside it where there is more to say. */
export function FieldLabel({ field, label, about }: { field: string; label: string; about?: string | undefined }) {
  return (
    <span className="field-label">
      <label id={`${field}-label`} htmlFor={field}>
        {label}
      </label>
      {about && <Help about={`${field}-label`} text={about} />}
    </span>
  );
}
