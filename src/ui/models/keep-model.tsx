import { ChevronDown, Download, Save } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { ModelInfo } from '../../protocol/model.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { useOpened } from '../shell/places.ts';
import { useStudio } from '../studio-context.ts';
import { useExports } from './use-exports.ts';

const ExportMenu = lazy(() => import('./export-menu.tsx').then(({ ExportMenu }) => ({ default: ExportMenu })));

/** What becomes of the current model: kept in this browser, or taken away as a file. */
export function KeepModel() {
  const model = useStudio(state => state.model);
  const saveModel = useStudio(state => state.saveModel);
  const exportModel = useStudio(state => state.exportModel);
  const exportReport = useStudio(state => state.exportReport);
  const saved = useStudio(state => state.savedModels);
  const [saving, setSaving] = useState(false);
  // The menu's code comes with the first visit; who presses before it is there is not forgotten.
  const opened = useOpened('models');
  const [pressed, setPressed] = useState(false);
  const exports = useExports();
  const { writing } = exports;
  // Saved at once under a name that tells what it is; the list is where names are changed.
  const save = async () => {
    if (!model) return;
    setSaving(true);
    const taken = saved.map(({ name }) => name);
    await saveModel(suggestName(model, taken));
    setSaving(false);
  };
  const closed = (
    <button type="button" aria-haspopup="menu" aria-expanded="false" onClick={() => setPressed(true)}>
      <Download aria-hidden />
      <span>Export</span>
      <ChevronDown aria-hidden />
    </button>
  );
  return (
    <div className="block keep-model">
      <ActionButton className="primary" action={saveModel} busy={saving} onClick={() => void save()}>
        <Save aria-hidden />
        <span>Save to browser</span>
      </ActionButton>
      {opened ? (
        <Suspense fallback={closed}>
          <ExportMenu exports={exports} open={pressed} />
        </Suspense>
      ) : (
        closed
      )}
      <ActionButton action={exportModel} busy={writing !== ''} onClick={() => exports.model('layers')}>
        Download model
      </ActionButton>
      <ActionButton action={exportReport} busy={writing !== ''} onClick={exports.report}>
        Export report
      </ActionButton>
      <p className="help number" role="status">
        {writing}
      </p>
    </div>
  );
}

function suggestName(model: ModelInfo, taken: readonly string[]): string {
  const epoch = model.bestEpoch ? ` epoch ${model.bestEpoch}` : '';
  const base = `${model.arch} ${model.size} f${model.filters}${epoch}`;
  let name = base;
  for (let number = 2; taken.includes(name); number++) name = `${base} (${number})`;
  return name;
}
