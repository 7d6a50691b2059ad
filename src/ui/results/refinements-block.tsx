import { useId } from 'react';
import type { RefinementGains } from '../../protocol/scores.ts';
import { gainsOf } from '../../state/inference/results.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { FieldLabel } from '../shared/field-label.tsx';
import { formatScore, plural } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import { refinements } from './measures.ts';
import './refinements-block.css';

/** What is done to predictions beyond one pass, each beside what it gains on the validation part. */
export function RefinementsBlock() {
  const gains = useStudio(gainsOf);
  const measure = useStudio(state => state.measureGains);
  return (
    <div className="block">
      <div className="block-head">
        <h2>Refinements</h2>
        <span className="sub">{gains ? 'gain on validation' : ''}</span>
      </div>
      {refinements.map(refinement => (
        <Refinement key={refinement[0]} refinement={refinement} gains={gains} />
      ))}
      {gains && <Gains gains={gains} />}
      <div className="actions">
        <ActionButton className="small" action={measure} onClick={() => void measure()}>
          Measure on validation
        </ActionButton>
      </div>
    </div>
  );
}

function Refinement({
  refinement: [name, label, help],
  gains,
}: {
  refinement: (typeof refinements)[number];
  gains: RefinementGains | null;
}) {
  const chosen = useStudio(state => state.refinements[name]);
  const set = useStudio(state => state.setRefinements);
  const id = useId();
  return (
    <div className="refinement">
      <input
        id={id}
        type="checkbox"
        checked={chosen}
        onChange={({ currentTarget }) => set({ [name]: currentTarget.checked })}
      />
      <FieldLabel field={id} label={label} about={help} />
      <span className="refinement-gain">{gains ? signed(gains[name] - gains.plain) : ''}</span>
    </div>
  );
}

/** What the ticks cannot say one by one. */
function Gains({ gains }: { gains: RefinementGains }) {
  const rows = [
    ['One pass', gains.plain],
    ['All three', gains.together],
    [`Threshold ${gains.threshold.value.toFixed(2)}`, gains.threshold.dice],
  ] as const;
  return (
    <table
      aria-label="Gains on validation"
      className="gains-table"
      title={`Mean Dice of the ${plural(gains.images, 'validation image')} at 0.5. The last row: one pass, at the threshold that is best for these very images.`}
    >
      <tbody>
        {rows.map(([label, dice], place) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td className="numeric">{formatScore(dice, 4)}</td>
            <td className="numeric">{place === 0 ? '' : signed(dice - gains.plain)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function signed(gain: number): string {
  const size = Math.abs(gain).toFixed(4);
  return Number(size) === 0 ? size : `${gain < 0 ? '−' : '+'}${size}`;
}
