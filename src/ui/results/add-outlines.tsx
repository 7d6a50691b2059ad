import { ListPlus, Pencil } from 'lucide-react';
import { useState } from 'react';
import { type PartName, partNames } from '../../protocol/dataset.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';
import './add-outlines.css';

/** All outlined images become pairs of the data set, in the part that is chosen. */
export function AddOutlines({ places }: { places: readonly number[] }) {
  const addOutlines = useStudio(state => state.addOutlines);
  const divided = useStudio(({ currentSplit }) => currentSplit !== null);
  const [part, setPart] = useState<PartName>('train');
  return (
    <div className="add-outlines">
      <ActionButton
        action={addOutlines}
        title="Images and outlines become pairs of the data set; the others stay in their parts"
        onClick={() => void addOutlines(places, part)}
      >
        <ListPlus aria-hidden />
        <span>Add to data set</span>
      </ActionButton>
      {divided && (
        <select
          className="small"
          aria-label="Part for the added images"
          value={part}
          onChange={({ currentTarget }) => setPart(currentTarget.value as PartName)}
        >
          {partNames.map(name => (
            <option key={name} value={name}>
              {`as ${name}`}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

/**
 * Opens the editor on an outline. With a data set the image joins its training part first, where each version is kept for good; without one
 * the outline itself is changed.
 */
export function CorrectOutline({ place }: { place: number }) {
  const addOutlines = useStudio(state => state.addOutlines);
  const correctOutline = useStudio(state => state.correctOutline);
  const correctMask = useStudio(state => state.correctMask);
  const joins = useStudio(state => state.dataset !== null && addOutlines.refusal(state) === null);
  const [busy, setBusy] = useState(false);
  const correct = async () => {
    if (!joins) return correctOutline(place);
    setBusy(true);
    const [id] = await addOutlines([place], 'train');
    setBusy(false);
    if (id !== undefined) await correctMask(id);
  };
  return (
    <ActionButton
      action={correctOutline}
      busy={busy}
      title={
        joins
          ? 'Adds the image to the training part, and opens its outline in the editor'
          : 'Opens the outline in the editor'
      }
      onClick={() => void correct()}
    >
      <Pencil aria-hidden />
      <span>Correct mask</span>
    </ActionButton>
  );
}
