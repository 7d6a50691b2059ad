import { lazy, Suspense, useState } from 'react';
import { withoutPartner } from '../../protocol/dataset.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';
import './pair-by-hand.css';

const PairingDialog = lazy(() =>
  import('./pairing-dialog.tsx').then(({ PairingDialog }) => ({ default: PairingDialog })),
);

/** Where no rule pairs the files: the way to say which of them belong together. */
export function PairByHand() {
  const asks = useStudio(state => state.asksPairing);
  const alone = useStudio(({ dataset }) => dataset?.rejected.some(({ reason }) => withoutPartner.test(reason)));
  const byHand = useStudio(state => state.handPairing !== null);
  const pairing = useStudio(state => state.pairByHand);
  const [open, setOpen] = useState(false);
  if (!asks && !alone && !byHand) return null;
  return (
    <div className="pair-by-hand">
      {asks && <p>Images and masks are there, but their names and folders do not say which belong together?</p>}
      <div className="actions">
        <ActionButton action={pairing} onClick={() => setOpen(true)}>
          Pair the files by hand
        </ActionButton>
      </div>
      {open && (
        <Suspense>
          <PairingDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </div>
  );
}
