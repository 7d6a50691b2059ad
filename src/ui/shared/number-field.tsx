import { useId, useState } from 'react';

import type { SettingDraft } from '../../state/studio-state.ts';
import { FieldLabel } from './field-label.tsx';
import { parseNumber } from './parse-number.ts';

/**
 * A labelled number. What is typed takes effect at once if it is valid; else the reason and the range stand below, and the
 * last good value stays in force.
 */
export function NumberField({
  label,
  help,
  range,
  value,
  onValue,
  about,
  held,
}: {
  label: string;
  help: string;
  range: string;
  value: number;
  /** Returns why the value does not do, or null. */
  onValue: (value: number) => string | null;
  /** A longer explanation, behind a button. */
  about?: string | undefined;
  /** The draft where others need to know of it too. */
  held?: readonly [draft: SettingDraft | undefined, onDraft: (draft: SettingDraft | undefined) => void];
}) {
  const id = useId();
  const own = useState<SettingDraft>();
  const [draft, setDraft] = held ?? own;
  // What changes the value in another way, such as a preset, drops the draft.
  const current = draft && draft.value === value ? draft : { text: String(value), error: null };
  const type = (text: string) => {
    const number = parseNumber(text);
    const error = Number.isNaN(number) ? 'a number is needed' : onValue(number);
    setDraft({ text, label, error, value: error ? value : number });
  };
  return (
    <div className="field">
      <FieldLabel field={id} label={label} about={about} />
      <input
        id={id}
        className="number"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        value={current.text}
        aria-invalid={current.error !== null}
        aria-describedby={`${id}-help`}
        onChange={event => type(event.currentTarget.value)}
        onBlur={() => current.error === null && setDraft(undefined)}
      />
      <p id={`${id}-help`} className={current.error ? 'help field-error' : 'help'}>
        {current.error ? `Not used: ${range}. Still ${value}.` : help}
      </p>
    </div>
  );
}
