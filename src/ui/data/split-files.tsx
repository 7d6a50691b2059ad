import type { ChangeEvent } from 'react';
import { ActionButton, useRefusal } from '../shared/action-button.tsx';
import { download } from '../shared/download.ts';
import { useStudio } from '../studio-context.ts';
import './split-files.css';

/** The split as a file, out and in, so that another program can be held against this one on the same images; and the pairs as a table. */
export function SplitFiles() {
  const file = useStudio(({ currentSplit }) => currentSplit?.file);
  const exportSplit = useStudio(state => state.exportSplit);
  const exportPairs = useStudio(state => state.exportPairs);
  const told = useStudio(({ dataset }) => dataset?.lesionShares !== undefined);
  const importSplit = useStudio(state => state.importSplit);
  const given = useStudio(({ dataset }) => dataset?.givenParts !== undefined);
  const divideAsGiven = useStudio(state => state.useGivenSplit);
  const refused = useRefusal(importSplit);
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = currentTarget.files ?? [];
    if (chosen) void importSplit(chosen);
    currentTarget.value = '';
  };
  const save = (make: () => { name: string; blob: Blob } | null) => () => {
    const made = make();
    if (made) download(made);
  };
  return (
    <div className="split-files">
      <div className="actions">
        <button type="button" onClick={save(exportSplit)}>
          Export split
        </button>
        <label className="file-button">
          <span>Import split</span>
          <input
            type="file"
            accept=".json,application/json"
            disabled={refused !== ''}
            title={refused}
            onChange={take}
          />
        </label>
        <button
          type="button"
          disabled={!told}
          title={told ? '' : 'An older version of this page read this data set: load the files again.'}
          onClick={save(exportPairs)}
        >
          Export pairs
        </button>
        {given && (
          <ActionButton action={divideAsGiven} onClick={() => void divideAsGiven()}>
            Use the folders’ train and test
          </ActionButton>
        )}
      </div>
      {file !== undefined && (
        <p className="help breakable">{`Split as in ${file}. Another share or split seed makes a shuffled one again.`}</p>
      )}
    </div>
  );
}
