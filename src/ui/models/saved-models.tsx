import { Pencil, Trash2 } from 'lucide-react';
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
    <section className="block" aria-label="Saved models">
      <div className="block-head">
        <h3>Saved models</h3>
        {deleted !== null && (
          <span className="deleted">
            <span className="sub">Deleted.</span>
            <button type="button" className="link" ref={focusWhenShown} onClick={() => void restore()}>
              Undo
            </button>
          </span>
        )}
      </div>
      {saved.length === 0 ? (
        <p className="help">Nothing is saved in this browser yet.</p>
      ) : (
        <ul className="plain-list saved-list">
          {saved.map(model => (
            <SavedRow key={model.name} model={model} />
          ))}
        </ul>
      )}
    </section>
  );
}

function SavedRow({ model }: { model: SavedModel }) {
  const load = useStudio(state => state.loadModel);
  const remove = useStudio(state => state.deleteModel);
  const [renaming, setRenaming] = useState(false);
  const id = useId();
  const { name, savedAt, bytes, arch, filters, size, valDice } = model;
  const network = [arch, size && `${size} × ${size}`, filters && `${filters} filters`].filter(Boolean).join(', ');
  if (renaming)
    return (
      <li className="saved-row">
        <RenameForm name={name} onClose={() => setRenaming(false)} />
      </li>
    );
  return (
    <li className="saved-row">
      <div>
        <p className="saved-name breakable" id={id}>
          {name}
        </p>
        <p className="help">{`${network} · Dice ${formatScore(valDice, 4)}`}</p>
        <p className="help">{`${formatDate(savedAt)} · ${formatBytes(bytes)}`}</p>
      </div>
      <div className="saved-actions">
        <ActionButton className="small" action={load} aria-describedby={id} onClick={() => void load(name)}>
          Load
        </ActionButton>
        <button
          type="button"
          className="icon small"
          aria-label="Rename"
          aria-describedby={id}
          onClick={() => setRenaming(true)}
        >
          <Pencil aria-hidden />
        </button>
        <button
          type="button"
          className="icon small"
          aria-label="Delete"
          aria-describedby={id}
          onClick={() => void remove(name)}
        >
          <Trash2 aria-hidden />
        </button>
      </div>
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
      className="rename-form"
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
      <div className="actions">
        <button type="submit" className="small" disabled={to.trim() === ''}>
          Save name
        </button>
        <button type="button" className="small" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}
