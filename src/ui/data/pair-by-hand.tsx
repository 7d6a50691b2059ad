import { TriangleAlert } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { withoutPartner } from '../../protocol/dataset.ts';
import { ActionButton } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';

const PairingDialog = lazy(() =>
  import('./pairing-dialog.tsx').then(({ PairingDialog }) => ({ default: PairingDialog })),
);

/** Where no rule pairs the files: the question, and the way to answer it. */
export function PairingOffer() {
  const asks = useStudio(state => state.asksPairing);
  if (!asks) return null;
  return (
    <section aria-label="Question about pairs" className="notice data-notice">
      <TriangleAlert aria-hidden />
      <p>Images and masks are there, but their names and folders do not say which belong together?</p>
      <PairingButton />
    </section>
  );
}

/** The same where most files pair but some found no partner, or where the person paired them before. */
export function PairAgain() {
  const asks = useStudio(state => state.asksPairing);
  const alone = useStudio(({ dataset }) => dataset?.rejected.some(({ reason }) => withoutPartner.test(reason)));
  const byHand = useStudio(state => state.handPairing !== null);
  if (asks || (!alone && !byHand)) return null;
  return (
    <div className="actions">
      <PairingButton />
    </div>
  );
}

function PairingButton() {
  const pairing = useStudio(state => state.pairByHand);
  const [open, setOpen] = useState(false);
  return (
    <>
      <ActionButton className="small" action={pairing} onClick={() => setOpen(true)}>
        Pair the files by hand
      </ActionButton>
      {open && (
        <Suspense>
          <PairingDialog onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
