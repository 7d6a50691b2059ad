import { closingCosts } from '../shared/storage-place.ts';
import { useStudio } from '../studio-context.ts';

/** Where the browser keeps nothing that lasts: what closing the window costs. Not to be dismissed, for it stays true. */
export function StorageNote() {
  const costs = useStudio(state => closingCosts(state.storagePlace));
  if (!costs) return null;
  return (
    <div className="note" role="note" aria-label="Storage">
      <p>{costs}</p>
    </div>
  );
}
