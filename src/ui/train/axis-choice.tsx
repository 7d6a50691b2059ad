import { useId } from 'react';
import type { CurveAxis } from './series.ts';

const axes = [
  ['epoch', 'Epochs'],
  ['time', 'Time'],
] as const;

/** Curves by epochs or by time. */
export function AxisChoice({ axis, onChange }: { axis: CurveAxis; onChange: (axis: CurveAxis) => void }) {
  const name = useId();
  return (
    <fieldset className="choice" title="Time counts training and validation; pauses are left out">
      <legend>Curves by</legend>
      {axes.map(([value, label]) => (
        <label key={value} className="choice-option">
          <input type="radio" name={name} checked={axis === value} onChange={() => onChange(value)} />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
