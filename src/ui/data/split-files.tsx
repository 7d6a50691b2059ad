import { Download, Upload } from 'lucide-react';
import { type ChangeEvent, lazy, Suspense } from 'react';
import { useRefusal } from '../shared/action-button.tsx';
import { download } from '../shared/download.ts';
import { useStudio } from '../studio-context.ts';

/** Radix' menus are no part of the first page. */
const SpreadsheetMenu = lazy(() =>
  import('../shared/spreadsheet-menu.tsx').then(({ SpreadsheetMenu }) => ({ default: SpreadsheetMenu })),
);

/** The split as a file, out and in, so that another program can be held against this one on the same images; and the pairs as a table. */
export function SplitFiles() {
  const divided = useStudio(state => state.currentSplit !== null);
  const exportSplit = useStudio(state => state.exportSplit);
  const exportPairs = useStudio(state => state.exportPairs);
  const told = useStudio(({ dataset }) => dataset?.lesionShares !== undefined);
  const importSplit = useStudio(state => state.importSplit);
  const refused = useRefusal(importSplit);
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = currentTarget.files ?? [];
    if (chosen) void importSplit(chosen);
    currentTarget.value = '';
  };
  const save = (made: { name: string; blob: Blob } | null) => {
    if (made) download(made);
  };
  return (
    <div className="actions">
      <button
        type="button"
        className="small"
        disabled={!told}
        title={told ? '' : 'An older version of this page read this data set: load the files again.'}
        onClick={() => save(exportPairs())}
      >
        <Download aria-hidden />
        <span>Export pairs</span>
      </button>
      {told && (
        <Suspense>
          <SpreadsheetMenu className="small" onTake={style => save(exportPairs(style))} />
        </Suspense>
      )}
      <button type="button" className="small" disabled={!divided} onClick={() => save(exportSplit())}>
        <Download aria-hidden />
        <span>Export split</span>
      </button>
      <label className="file-button small">
        <Upload aria-hidden />
        <span>Import split</span>
        <input type="file" accept=".json,application/json" disabled={refused !== ''} title={refused} onChange={take} />
      </label>
    </div>
  );
}
