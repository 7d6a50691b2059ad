import { type KeyboardEvent, useRef, useState } from 'react';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { focusWhenShown } from '../shared/focus.ts';
import { useStudio } from '../studio-context.ts';
import { nameParts } from './run-columns.ts';

export function RunName({ name }: { name: string }) {
  const [first, rest] = nameParts(name);
  return (
    <>
      <b>{first}</b>
      {rest && <span className="run-rest">{` ${rest}`}</span>}
    </>
  );
}

/** In place of the name: Enter or leaving the field keeps it, Escape does not. An empty one keeps the old name. */
export function NameField({ run, onClose }: { run: KeptRun; onClose: () => void }) {
  const describeRun = useStudio(state => state.describeRun);
  const [name, setName] = useState(run.name);
  // A field that goes while it has the focus is left, too.
  const over = useRef(false);
  const close = async () => {
    if (over.current) return;
    const given = name.trim();
    if (given === '' || given === run.name || (await describeRun(run.id, given, run.note))) onClose();
  };
  const press = ({ key, currentTarget }: KeyboardEvent<HTMLInputElement>) => {
    // Leaving the field keeps what is in it.
    if (key === 'Enter') currentTarget.blur();
    if (key !== 'Escape') return;
    over.current = true;
    onClose();
  };
  return (
    <input
      className="small run-name-field"
      aria-label="Run name"
      value={name}
      maxLength={100}
      ref={focusWhenShown}
      onChange={({ currentTarget }) => setName(currentTarget.value)}
      onKeyDown={press}
      onBlur={() => void close()}
    />
  );
}
