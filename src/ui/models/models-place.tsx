import { RunsSection } from '../runs/runs-section.tsx';
import { valueText } from '../settings/words.ts';
import { formatCount, formatPreparation, formatScore } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import { KeepModel } from './keep-model.tsx';
import { SavedModels } from './saved-models.tsx';
import './models-place.css';

export function ModelsPlace() {
  return (
    <div className="plain-place scroll">
      <div className="models-grid">
        <div className="panel">
          <CurrentModel />
          <KeepModel />
        </div>
        <SavedModels />
      </div>
      <RunsSection />
    </div>
  );
}

function CurrentModel() {
  const model = useStudio(state => state.model);
  return (
    <div className="current-model">
      <h3>Current model</h3>
      {model ? (
        <dl className="definitions">
          <div>
            <dt>From</dt>
            <dd className="breakable">{model.origin}</dd>
          </div>
          <div>
            <dt>Network</dt>
            <dd className="number">{`${valueText('arch', model.arch)}, ${formatPreparation(model)}, ${model.filters} base filters, ${formatCount(model.parameters)} parameters`}</dd>
          </div>
          <div>
            <dt>Validation Dice</dt>
            <dd className="number">{formatScore(model.valDice, 4)}</dd>
          </div>
        </dl>
      ) : (
        <p className="help">None yet. Train one, load a saved one, or bring files back below.</p>
      )}
    </div>
  );
}
