import type { RefinementGains } from '../../protocol/scores.ts';
import { gainsOf } from '../../state/inference/results.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { Check } from '../shared/check.tsx';
import { formatScore } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import { refinements } from './measures.ts';
import './inference-panel.css';

/** What is done to predictions beyond one pass, with what it gains on the validation part. */
export function InferencePanel() {
  const chosen = useStudio(state => state.refinements);
  const set = useStudio(state => state.setRefinements);
  const byValidation = useStudio(state => state.byValidation);
  const setByValidation = useStudio(state => state.setByValidation);
  const measure = useStudio(state => state.measureGains);
  const gains = useStudio(gainsOf);
  return (
    <details className="finer">
      <summary>Refine predictions</summary>
      {refinements.map(([name, label, help]) => (
        <Check
          key={name}
          label={label}
          help={help}
          checked={chosen[name]}
          onChange={checked => set({ [name]: checked })}
        />
      ))}
      <Check
        label="Threshold of validation"
        help="Masks begin at the probability with the highest mean Dice on the validation images, not at 0.5."
        checked={byValidation}
        onChange={setByValidation}
      />
      <div className="actions">
        <ActionButton action={measure} onClick={() => void measure()}>
          Measure on validation
        </ActionButton>
        <span className="help">
          {gains
            ? `Mean Dice of the ${gains.images} validation images at 0.5; the last row in one pass at the threshold that is best for these very images.`
            : 'Decide by the validation part, before you test. Counts for the test, masks and outlines.'}
        </span>
      </div>
      {gains && <Gains gains={gains} />}
    </details>
  );
}

function Gains({ gains }: { gains: RefinementGains }) {
  const rows = [
    ['One pass', gains.plain],
    ...refinements.map(([name, label]) => [label, gains[name]] as const),
    ['All three', gains.together],
    [`Threshold ${gains.threshold.value.toFixed(2)}`, gains.threshold.dice],
  ] as const;
  const signed = (gain: number) => {
    const size = Math.abs(gain).toFixed(4);
    return Number(size) === 0 ? size : `${gain < 0 ? '−' : '+'}${size}`;
  };
  return (
    <table aria-label="Gains on validation" className="gains-table">
      <thead>
        <tr>
          <th scope="col" className="gains-cell">
            Refinement
          </th>
          <th scope="col" className="gains-cell number">
            Dice
          </th>
          <th scope="col" className="gains-cell number">
            Gain
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([label, dice], place) => (
          <tr key={label}>
            <th scope="row" className="gains-cell">
              {label}
            </th>
            <td className="gains-cell number">{formatScore(dice, 4)}</td>
            <td className="gains-cell number">{place === 0 ? '' : signed(dice - gains.plain)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
