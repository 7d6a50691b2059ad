import { useId, useState } from 'react';
import type { Base } from '../../state/run/run-actions.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { plural } from '../shared/format.ts';
import { goTo } from '../shell/places.ts';
import { useStudio } from '../studio-context.ts';
import './train-on-corrections.css';

const bases = {
  new: 'new weights',
  pretrained: 'the pre-trained model',
  current: 'the current model',
} satisfies Record<Base, string>;

/**
 * The way from corrected masks to a model that has learnt from them: all pairs as they are now, from a base. The current model as a base makes a
 * chain of models, so it is never the first choice where it was trained here.
 */
export function TrainOnCorrections() {
  const id = useId();
  const corrected = useStudio(({ dataset }) => dataset?.corrected?.length ?? 0);
  const model = useStudio(state => state.model);
  const trainOnCorrections = useStudio(state => state.trainOnCorrections);
  const [chosen, setChosen] = useState<Base>();
  if (corrected === 0) return null;
  const base = chosen ?? (model && !model.keptRun ? 'current' : 'new');
  return (
    <div className="train-on-corrections">
      <label htmlFor={id}>Start from</label>
      <select
        id={id}
        className="small"
        value={base}
        onChange={({ currentTarget }) => setChosen(currentTarget.value as Base)}
      >
        {(Object.keys(bases) as Base[])
          .filter(option => option !== 'current' || model)
          .map(option => (
            <option key={option} value={option}>
              {bases[option]}
            </option>
          ))}
      </select>
      <ActionButton
        action={trainOnCorrections}
        args={[base]}
        title={`On all pairs, ${plural(corrected, 'mask')} of them corrected`}
        onClick={() => {
          goTo('train');
          void trainOnCorrections(base);
        }}
      >
        Train on corrections
      </ActionButton>
    </div>
  );
}
