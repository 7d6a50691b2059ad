import { useId, useState } from 'react';
import { useRefusal } from '../shared/action-button.tsx';
import { plural } from '../shared/format.ts';
import { goTo } from '../shell/places.ts';
import { useStudio } from '../studio-context.ts';
import './train-on-corrections.css';

const bases = [
  ['new', 'new weights'],
  ['pretrained', 'the pre-trained model'],
  ['current', 'the current model'],
] as const;
type Base = (typeof bases)[number][0];

/**
 * The way from corrected masks to a model that has learnt from them: all pairs as they are now, from a base. The current model as a base makes a
 * chain of models, so it is never the first choice where it was trained here.
 */
export function TrainOnCorrections() {
  const id = useId();
  const corrected = useStudio(({ dataset }) => dataset?.corrected?.length ?? 0);
  const model = useStudio(state => state.model);
  const start = useStudio(state => state.startTraining);
  const trainOn = useStudio(state => state.trainOn);
  const loadPretrained = useStudio(state => state.loadPretrained);
  const [chosen, setChosen] = useState<Base>();
  const refused = useRefusal(start);
  if (corrected === 0) return null;
  const base = chosen ?? (model && !model.keptRun ? 'current' : 'new');
  const begin = async () => {
    goTo('train');
    if (base === 'new') return start();
    if (base === 'pretrained') await loadPretrained();
    return trainOn();
  };
  return (
    <div className="train-on-corrections">
      <label htmlFor={id}>Start from</label>
      <select
        id={id}
        className="small"
        value={base}
        onChange={({ currentTarget }) => setChosen(currentTarget.value as Base)}
      >
        {bases.map(
          ([value, label]) =>
            (value !== 'current' || model) && (
              <option key={value} value={value}>
                {label}
              </option>
            ),
        )}
      </select>
      <button
        type="button"
        disabled={refused !== ''}
        title={refused || `On all pairs, ${plural(corrected, 'mask')} of them corrected`}
        onClick={() => void begin()}
      >
        Train on corrections
      </button>
    </div>
  );
}
