import { Upload } from 'lucide-react';
import { type ChangeEvent, useState } from 'react';
import { useStudio } from '../studio-context.ts';

/** Runs from elsewhere: what `npm run train` wrote on other machines. */
export function ImportRuns() {
  const importRuns = useStudio(state => state.importRuns);
  const [busy, setBusy] = useState(false);
  const take = async ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(currentTarget.files ?? [])];
    currentTarget.value = '';
    if (files.length === 0) return;
    setBusy(true);
    await importRuns(files);
    setBusy(false);
  };
  return (
    <label
      className="file-button small import-runs"
      title="report.json of each run, and its model where pictures are wanted"
    >
      <Upload className="lucide" aria-hidden />
      <span>{busy ? 'Importing…' : 'Import runs'}</span>
      <input
        type="file"
        multiple
        accept=".json,.zip,.onnx,.safetensors"
        disabled={busy}
        onChange={event => void take(event)}
        aria-label="Import runs"
      />
    </label>
  );
}
