import { useId } from 'react';
import { LEVELS } from '../../metrics/levels.ts';
import { chosenLevel } from '../../state/inference/at-threshold.ts';
import { useStudio } from '../studio-context.ts';
import { offersValidation } from './threshold-words.ts';

const HALF = LEVELS / 2;

/** From which probability on a pixel counts as lesion: one threshold for scores, masks and outlines of the model at hand. */
export function ThresholdBlock({
  best,
  told,
}: {
  /** The level that is best for validation images, where it is known. */
  best: number | null;
  /** What that level means, in a sentence. */
  told: string;
}) {
  const chosen = useStudio(chosenLevel);
  const byValidation = useStudio(state => state.byValidation);
  const setLevel = useStudio(state => state.setLevel);
  const setByValidation = useStudio(state => state.setByValidation);
  const level = levelNow(byValidation, best, chosen);
  const ensemble = useStudio(({ model }) => model?.networks !== undefined);
  const id = useId();
  const text = (level / LEVELS).toFixed(2);
  return (
    <div className="block">
      <div className="block-head">
        <h2>
          <label htmlFor={id}>Threshold</label>
        </h2>
        <output htmlFor={id} className="threshold-value">
          {byValidation && best === null ? '–' : text}
        </output>
      </div>
      <input
        id={id}
        type="range"
        min={1}
        max={LEVELS - 1}
        value={level}
        aria-valuetext={text}
        onChange={({ currentTarget }) => setLevel(Number(currentTarget.value))}
      />
      <p className="sub">{told}</p>
      <div className="actions">
        {offersValidation({ best, level, byValidation, ensemble }) && (
          <button
            type="button"
            className="small"
            aria-pressed={byValidation}
            onClick={() => setByValidation(!byValidation)}
          >
            {best === null ? 'Use validation threshold' : `Use validation threshold (${(best / LEVELS).toFixed(2)})`}
          </button>
        )}
        <button
          type="button"
          className="link"
          disabled={!byValidation && level === HALF}
          onClick={() => setLevel(HALF)}
        >
          Reset
        </button>
      </div>
    </div>
  );
}

/** Where masks are cut, times LEVELS; where the validation's threshold is not known yet, it is not in force yet. */
export function levelNow(byValidation: boolean, best: number | null, chosen: number): number {
  return byValidation && best !== null ? best : chosen;
}
