import { RunsPane } from '../runs/runs-pane.tsx';
import { BringBack } from './bring-back.tsx';
import { CurrentModel } from './current-model.tsx';
import { KeepModel } from './keep-model.tsx';
import { SavedModels } from './saved-models.tsx';
import './models-place.css';

/** The current model and what becomes of it on the left; every run that was made here beside it. */
export function ModelsPlace() {
  return (
    <div className="workspace models-place">
      <aside className="rail" aria-label="Current model">
        <div className="scroll">
          <CurrentModel />
          <KeepModel />
          <SavedModels />
        </div>
        <BringBack />
      </aside>
      <div className="pane">
        <RunsPane />
      </div>
    </div>
  );
}
