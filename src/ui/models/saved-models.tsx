import { type FormEvent, useId, useState } from 'react';
import type { SavedModel } from '../../protocol/model.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { focusWhenShown } from '../shared/focus.ts';
import { formatBytes, formatDate, formatScore } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import './saved-models.css';

/** Deleting acts at once and can be taken back until the next one. */
export function SavedModels() {
  const saved = useStudio(state => state.savedModels);
  const deleted = useStudio(state => state.deletedModel);
  const restore = useStudio(state => state.restoreModel);
  return (
    <section className="panel saved-models" aria-label="Saved models">
      <h3>Saved models</h3>
      {saved.length === 0 ? (
        <p className="empty">Nothing is saved in this browser yet. “Save to browser” keeps the current model here.</p>
      ) : (
        <ul className="plain-list saved-list">
          {saved.map(model => (
            <SavedRow key={model.name} model={model} />
          ))}
        </ul>
      )}
      {deleted !== null && (
        <div className="actions">
          <p className="help">Model deleted.</p>
          <button type="button" ref={focusWhenShown} onClick={() => void restore()}>
            Undo
          </button>
        </div>
      )}
    </section>
  );
}

function SavedRow({ model }: { model: SavedModel }) {
  const load = useStudio(state => state.loadModel);
  const remove = useStudio(state => state.deleteModel);
  const [mode, setMode] = useState<'show' | 'rename'>('show');
  const id = useId();
  const { name, savedAt, bytes, arch, filters, size, valDice } = model;
  const network = [arch, size && `${size} × ${size}`, filters && `${filters} filters`].filter(Boolean).join(', ');
  return (
    <li className="saved-row">
      <div className="saved-text">
        <p className="saved-name breakable" id={id}>
          {name}
        </p>
        <p className="help number">{`${formatDate(savedAt)} · ${formatBytes(bytes)} · ${network} · Dice ${formatScore(valDice, 4)}`}</p>
      </div>
      {mode === 'show' && (
        <div className="actions">
          <ActionButton action={load} aria-describedby={id} onClick={() => void load(name)}>
            Load
          </ActionButton>
          <button type="button" aria-describedby={id} onClick={() => setMode('rename')}>
            Rename
          </button>
          <button type="button" aria-describedby={id} onClick={() => void remove(name)}>
            Delete
          </button>
        </div>
      )}
      {mode === 'rename' && <RenameForm name={name} onClose={() => setMode('show')} />}
    </li>
  );
}

function RenameForm({ name, onClose }: { name: string; onClose: () => void }) {
  const rename = useStudio(state => state.renameModel);
  const [to, setTo] = useState(name);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (to.trim() === name || (await rename(name, to.trim()))) onClose();
  };
  return (
    <form
      className="actions"
      onSubmit={event => void submit(event)}
      onKeyDown={event => event.key === 'Escape' && onClose()}
    >
      <input
        aria-label="New name"
        value={to}
        maxLength={80}
        ref={focusWhenShown}
        onChange={event => setTo(event.currentTarget.value)}
      />
      <button type="submit" className="primary" disabled={to.trim() === ''}>
        Save name
      </button>
      <button type="button" onClick={onClose}>
        Cancel
      </button>
    </form>
  );
}
