import { ChevronLeft, ChevronRight, EyeOff, Pin, Undo2, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { DatasetSummary } from '../../protocol/dataset.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { CorrectMaskButton } from '../editor/correct-mask-button.tsx';
import { ActionButton } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';
import { OutlinedPicture } from './outlined-picture.tsx';
import type { PairRow } from './pair-list.ts';
import { flagSentences, formatShare } from './pair-words.ts';
import './pair-detail.css';

/** Of the large picture: more than a side panel shows, and decoded in a blink. */
const SIDE = 512;

/** One pair large, with all that is known of it, and the button that leaves it out or takes it back. */
export function PairDetail({
  row,
  read,
  onStep,
  onClose,
}: {
  row: PairRow;
  read: DatasetSummary;
  /** To the next one (1) or the one before (-1) of those in the grid. */
  onStep: (way: 1 | -1) => void;
  onClose: () => void;
}) {
  const leaveOut = useStudio(state => state.leaveOut);
  const isOut = useStudio(({ dataset }) => dataset?.leftOut?.includes(row.id) ?? false);
  const pinned = useStudio(state => state.pinned.includes(row.id));
  const togglePin = useStudio(state => state.togglePin);
  const { place, id, width, height } = row;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Size', width > 0 ? `${width} × ${height}` : undefined],
    ['Lesion share', row.share === undefined ? undefined : formatShare(row.share)],
    ['Mean grey', row.grey?.toFixed(1)],
    ['Lesion or patient', read.groupNames?.[place] || undefined],
    ['Image', read.imagePaths?.[place]],
    ['Mask', read.maskPaths?.[place]],
  ];
  return (
    <section className="pair-detail" aria-label="Selected pair">
      <div className="bar">
        <h2 className="mono breakable">{id}</h2>
        <span className="spring" />
        <div className="pair-steps">
          <button type="button" className="icon small" aria-label="Previous pair" onClick={() => onStep(-1)}>
            <ChevronLeft aria-hidden />
          </button>
          <button type="button" className="icon small" aria-label="Next pair" onClick={() => onStep(1)}>
            <ChevronRight aria-hidden />
          </button>
          <button type="button" className="icon small" aria-label="Close the selected pair" onClick={onClose}>
            <X aria-hidden />
          </button>
        </div>
      </div>
      <div className="scroll pair-facts">
        <div className="pair-large" style={{ aspectRatio: width > 0 ? `${width} / ${height}` : '1' }}>
          <LargePicture key={`${read.cacheId} ${place}`} place={place} id={id} />
        </div>
        {flagSentences(row).map(told => (
          <p key={told} className="pair-notice">
            {told}
          </p>
        ))}
        <dl className="facts">
          <div>
            <dt>Part</dt>
            <dd className="pair-part">
              <span className="part-dot" data-part={row.part} />
              <span>{row.part ?? 'none'}</span>
            </dd>
          </div>
          {facts.map(
            ([title, value]) =>
              value !== undefined && (
                <div key={title}>
                  <dt>{title}</dt>
                  <dd>{value}</dd>
                </div>
              ),
          )}
        </dl>
        <ActionButton action={leaveOut} onClick={() => void leaveOut(id, !isOut)}>
          {isOut ? <Undo2 aria-hidden /> : <EyeOff aria-hidden />}
          <span>{isOut ? 'Take back' : 'Leave out'}</span>
        </ActionButton>
        <CorrectMaskButton id={id} />
        {row.part === 'validation' && (
          <button
            type="button"
            aria-pressed={pinned}
            title="Its predictions come first in the next runs"
            onClick={() => togglePin(id)}
          >
            <Pin aria-hidden />
            <span>Watch while training</span>
          </button>
        )}
      </div>
    </section>
  );
}

function LargePicture({ place, id }: { place: number; id: string }) {
  const pairPicture = useStudio(state => state.pairPicture);
  const [picture, setPicture] = useState<Triptych | null>(null);
  useEffect(() => {
    let isWanted = true;
    void pairPicture(place, SIDE).then(found => isWanted && setPicture(found));
    return () => {
      isWanted = false;
    };
  }, [pairPicture, place]);
  return (
    <OutlinedPicture
      side={picture?.size ?? 1}
      image={picture?.image}
      mask={picture?.truth}
      alt={`Image ${id} with the outline of its mask`}
    />
  );
}
