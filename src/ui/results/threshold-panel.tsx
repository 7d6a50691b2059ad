import { useId } from 'react';
import { LEVELS } from '../../metrics/levels.ts';
import { formatScore } from '../shared/format.ts';
import './threshold-panel.css';

const HALF = LEVELS / 2;

/** From which probability on a pixel counts as lesion. The best one is told from validation images, never from those of the test. */
export function ThresholdPanel({
  level,
  validation,
  best,
  inReport,
  onChange,
}: {
  level: number;
  /** Mean Dice at each threshold, from 0.01 on. */
  validation: readonly number[] | null;
  /** The level that is best for validation images, where that is known. */
  best: number | null;
  /** Whether the report tells the means at the best one, too. */
  inReport: boolean;
  onChange: (level: number) => void;
}) {
  const id = useId();
  return (
    <div className="panel threshold">
      <label htmlFor={id} className="threshold-label">
        Threshold
      </label>
      <input
        id={id}
        type="range"
        min={1}
        max={LEVELS - 1}
        value={level}
        aria-valuetext={(level / LEVELS).toFixed(2)}
        onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}
      />
      <output htmlFor={id} className="number threshold-value">
        {(level / LEVELS).toFixed(2)}
      </output>
      <div className="actions">
        <button type="button" disabled={level === HALF} onClick={() => onChange(HALF)}>
          Back to 0.5
        </button>
        {best !== null && (
          <button type="button" disabled={level === best} onClick={() => onChange(best)}>
            Best of validation
          </button>
        )}
      </div>
      <p className="help number threshold-help">
        {validation && best !== null
          ? `On the validation images the best threshold is ${(best / LEVELS).toFixed(2)} (mean Dice ${formatScore(validation[best - 1], 4)}, at 0.50 ${formatScore(validation[HALF - 1], 4)}). ${inReport ? 'The report is counted at 0.5, and tells the means at this one too.' : 'The report is counted at 0.5.'}`
          : best !== null
            ? `On the model’s own validation images the best threshold was ${(best / LEVELS).toFixed(2)}.`
            : 'There are no validation images to choose a threshold by: Run test split finds one.'}
      </p>
    </div>
  );
}
