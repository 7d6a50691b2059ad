import { type ChangeEvent, type FormEvent, useId, useRef, useState } from 'react';
import type { ModelInfo } from '../../protocol/training.ts';
import { download } from '../shared/download.ts';
import { focusWhenShown } from '../shared/focus.ts';
import { runGoingOn, useStudio } from '../studio-context.ts';

export function KeepModel() {
  const model = useStudio(state => state.model);
  const reportable = useStudio(
    ({ run, dataset, currentSplit }) => run !== null || (dataset !== null && currentSplit !== null),
  );
  const active = useStudio(runGoingOn);
  const exportModel = useStudio(state => state.exportModel);
  const exportReport = useStudio(state => state.exportReport);
  const importModel = useStudio(state => state.importModel);
  const [naming, setNaming] = useState(false);
  const [packing, setPacking] = useState(false);
  const saveButton = useRef<HTMLButtonElement>(null);
  const reason = useId();
  const take = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(currentTarget.files ?? [])];
    currentTarget.value = '';
    if (files.length > 0) void importModel(files);
  };
  const pack = async () => {
    setPacking(true);
    const file = await exportModel();
    setPacking(false);
    if (file) download(file);
  };
  const report = () => {
    const file = exportReport();
    if (file) download(file);
  };
  return (
    <>
      <div className="actions">
        <button type="button" ref={saveButton} disabled={!model} aria-expanded={naming} onClick={() => setNaming(true)}>
          Save to browser
        </button>
        <button type="button" disabled={!model || packing} onClick={() => void pack()}>
          Download model
        </button>
        <button type="button" disabled={!reportable} onClick={report}>
          Export report
        </button>
      </div>
      {naming && model && (
        <SaveForm
          model={model}
          onClose={() => {
            setNaming(false);
            saveButton.current?.focus();
          }}
        />
      )}
      <div className="bring-back">
        <label className="file-button">
          <span>Model files</span>
          <input
            type="file"
            multiple
            accept=".zip,.json,.bin"
            disabled={active}
            onChange={take}
            aria-describedby={reason}
          />
        </label>
        <p className="help" id={reason}>
          {active
            ? 'Stop the run before loading a model.'
            : 'A downloaded zip, or model.json together with weights.bin.'}
        </p>
      </div>
    </>
  );
}

/** Asks for a name; a name that is taken asks once more before it is overwritten. */
function SaveForm({ model, onClose }: { model: ModelInfo; onClose: () => void }) {
  const saveModel = useStudio(state => state.saveModel);
  const saved = useStudio(state => state.savedModels);
  const [name, setName] = useState(() =>
    suggestName(
      model,
      saved.map(({ name }) => name),
    ),
  );
  const [busy, setBusy] = useState(false);
  const id = useId();
  const taken = saved.some(other => other.name === name.trim());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const done = await saveModel(name.trim(), taken);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <form
      className="inline-form"
      onSubmit={event => void submit(event)}
      onKeyDown={event => event.key === 'Escape' && onClose()}
    >
      <div className="field">
        <label htmlFor={id}>Model name</label>
        <input
          id={id}
          value={name}
          maxLength={80}
          autoComplete="off"
          ref={focusWhenShown}
          aria-describedby={`${id}-help`}
          onFocus={event => event.currentTarget.select()}
          onChange={event => setName(event.currentTarget.value)}
        />
        <p className="help" id={`${id}-help`}>
          {taken ? 'This name is taken: saving replaces that model.' : 'Kept in this browser until you delete it.'}
        </p>
      </div>
      <div className="actions">
        <button type="submit" className="primary" disabled={busy || name.trim() === ''}>
          {taken ? 'Replace' : 'Save'}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function suggestName(model: ModelInfo, taken: readonly string[]): string {
  const epoch = model.bestEpoch ? ` epoch ${model.bestEpoch}` : '';
  const base = `${model.arch} ${model.size} f${model.filters}${epoch}`;
  let name = base;
  for (let number = 2; taken.includes(name); number++) name = `${base} (${number})`;
  return name;
}
