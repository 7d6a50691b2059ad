import { useState } from 'react';
import { foldRange } from '../../state/data/folds.ts';
import { unfinishedFolds } from '../../state/library/cross-validation.ts';
import { foldsSeconds } from '../../state/run/estimate.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { Check } from '../shared/check.tsx';
import { formatDuration } from '../shared/format.ts';
import { NumberField } from '../shared/number-field.tsx';
import { useStudio } from '../studio-context.ts';

const { least, most, usual } = foldRange;

/** A run for each fold, trained on the others and scored on it. Their table: folds-table.tsx. */
export function CrossValidationForm() {
  const [of, setOf] = useState<number>(usual);
  const [aside, setAside] = useState(false);
  const start = useStudio(state => state.startCrossValidation);
  const stop = useStudio(state => state.stopCrossValidation);
  const goOn = useStudio(state => state.continueCrossValidation);
  const going = useStudio(({ crossValidation }) => crossValidation?.going === true);
  const seconds = useStudio(state => foldsSeconds(state, of));
  const left = useStudio(state => unfinishedFolds(state) !== null);
  const take = (value: number) => {
    if (!Number.isInteger(value) || value < least || value > most) return `${least} to ${most}`;
    setOf(value);
    return null;
  };
  return (
    <div className="run-queue-body">
      <NumberField
        label="Folds"
        about="The pairs are divided into folds of like lesion sizes; groups stay together. For each fold a network is trained on the others and scored on it, so that every image gets a score by a network that has not seen it."
        help={`${of} runs with the settings above${seconds === null ? '' : `: ≈ ${formatDuration(seconds)}`}`}
        range={`${least} to ${most}`}
        value={of}
        onValue={take}
      />
      <Check
        label="Keep the test part out"
        help="Of all folds, so that their ensemble can be tested on it"
        checked={aside}
        onChange={setAside}
      />
      <div className="actions">
        {going ? (
          <ActionButton className="small" action={stop} onClick={() => void stop()}>
            Stop after this fold
          </ActionButton>
        ) : (
          <>
            <ActionButton className="small" action={start} onClick={() => void start(of, aside)}>
              Cross-validate
            </ActionButton>
            {left && (
              <ActionButton className="small" action={goOn} onClick={() => void goOn()}>
                Continue with the folds left
              </ActionButton>
            )}
          </>
        )}
      </div>
    </div>
  );
}
