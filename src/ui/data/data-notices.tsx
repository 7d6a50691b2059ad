import type { ShownKind } from '../pairs/pair-list.ts';
import { useStudio } from '../studio-context.ts';
import { MaskNotices } from './mask-notices.tsx';
import { MaskQuestion } from './mask-question.tsx';
import { PairingOffer } from './pair-by-hand.tsx';
import './data-notices.css';

/** What the person should know or decide about the files, a line each; nothing where all is well. */
export function DataNotices({ onShow }: { onShow?: (kind: ShownKind) => void }) {
  const reading = useStudio(state => state.ingest !== null);
  return (
    <>
      {!reading && <MaskQuestion />}
      {!reading && <PairingOffer />}
      {onShow && <MaskNotices onShow={onShow} />}
    </>
  );
}
