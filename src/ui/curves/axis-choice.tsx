import { Choice } from '../shared/choice.tsx';
import type { CurveAxis } from './series.ts';

const axes = [
  ['epoch', 'Epochs'],
  ['time', 'Time'],
] as const;

/** Curves by epochs or by time. */
export function AxisChoice({ axis, onChange }: { axis: CurveAxis; onChange: (axis: CurveAxis) => void }) {
  return (
    <Choice
      legend="Curves by"
      title="Time counts training and validation; pauses are left out"
      options={axes}
      value={axis}
      onChange={onChange}
    />
  );
}
