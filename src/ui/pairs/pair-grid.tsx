import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';
import { useSize } from '../curves/plot/use-size.ts';
import { OutlinedPicture } from './outlined-picture.tsx';
import type { PairRow } from './pair-list.ts';
import { flagWord, formatShare, spokenPair } from './pair-words.ts';
import { type Thumbnail, useThumbnails } from './use-thumbnails.ts';
import './pair-grid.css';

/** Of a cell, in CSS pixels; as the style sheet has them. */
const LEAST_WIDTH = 108;
const GAP = 8;
const CAPTION = 28;

/** Thumbnails of all pairs, of which only those in sight are there. Arrow keys go from one to the next. */
export function PairGrid({
  rows,
  cacheId,
  open,
  onOpen,
}: {
  rows: readonly PairRow[];
  cacheId: string;
  /** The place of the pair that is shown large. */
  open: number | undefined;
  onOpen: (row: PairRow) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const { width } = useSize(scroller);
  const columns = Math.max(1, Math.floor((width + GAP) / (LEAST_WIDTH + GAP)));
  const side = Math.floor((width - GAP * (columns - 1)) / columns);
  const lines = Math.ceil(rows.length / columns);
  const virtual = useVirtualizer({
    count: width > 0 ? lines : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => side + CAPTION + GAP,
    overscan: 2,
  });
  useEffect(() => {
    if (side > 0) virtual.measure();
  }, [virtual, side]);
  useEffect(() => {
    // Another choice begins at its first pair.
    if (rows) scroller.current?.scrollTo({ top: 0 });
  }, [rows]);
  const shown = virtual.getVirtualItems();
  const inSight = shown.flatMap(({ index }) => rows.slice(index * columns, (index + 1) * columns));
  const thumbnails = useThumbnails(
    cacheId,
    inSight.map(({ place }) => place),
  );
  const [focused, setFocused] = useState<number>();
  const has = (place: number | undefined) => place !== undefined && inSight.some(row => row.place === place);
  const stop = has(focused) ? focused : has(open) ? open : inSight[0]?.place;

  const step = (event: KeyboardEvent<HTMLElement>) => {
    const ways: Partial<Record<string, number>> = {
      ...{ ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns },
      ...{ PageDown: 4 * columns, PageUp: -4 * columns, Home: -rows.length, End: rows.length },
    };
    const way = ways[event.key];
    const from = rows.findIndex(({ place }) => place === stop);
    if (way === undefined || from < 0) return;
    event.preventDefault();
    const to = Math.min(rows.length - 1, Math.max(0, from + way));
    const next = rows[to];
    if (!next) return;
    virtual.scrollToIndex(Math.floor(to / columns));
    setFocused(next.place);
    if (open !== undefined) onOpen(next);
    // The cell may not be there before the grid has been scrolled to it.
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-place="${next.place}"]`)?.focus({ preventScroll: true }),
    );
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields.
    <div className="pair-scroll" ref={scroller} role="group" aria-label="Thumbnails" onKeyDown={step}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {shown.map(({ index, key, start }) => (
          <div
            key={key}
            className="pair-line"
            style={{ top: start, gridTemplateColumns: `repeat(${columns}, ${side}px)` }}
          >
            {rows.slice(index * columns, (index + 1) * columns).map(row => (
              <PairCell
                key={row.place}
                row={row}
                side={side}
                thumbnail={thumbnails.get(row.place)}
                isOpen={row.place === open}
                isStop={row.place === stop}
                onOpen={onOpen}
                onFocus={setFocused}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

const PairCell = memo(function PairCell({
  row,
  side,
  thumbnail,
  isOpen,
  isStop,
  onOpen,
  onFocus,
}: {
  row: PairRow;
  side: number;
  thumbnail: Thumbnail | undefined;
  isOpen: boolean;
  /** Tab comes to this one. */
  isStop: boolean;
  onOpen: (row: PairRow) => void;
  onFocus: (place: number) => void;
}) {
  const flag = flagWord(row);
  return (
    <button
      type="button"
      className="pair-cell"
      aria-label={spokenPair(row)}
      aria-pressed={isOpen}
      tabIndex={isStop ? 0 : -1}
      data-place={row.place}
      data-part={row.part}
      onClick={() => onOpen(row)}
      onFocus={() => onFocus(row.place)}
    >
      <span className="pair-picture" style={{ height: side }}>
        <OutlinedPicture side={thumbnail?.side ?? 1} image={thumbnail?.image} mask={thumbnail?.mask} alt="" />
        {flag !== '' && <span className="pair-flag">{flag}</span>}
      </span>
      <span className="pair-caption">
        <span className="part-dot" data-part={row.part} />
        <span className="pair-id">
          <bdi>{row.id}</bdi>
        </span>
        <span className="pair-share">{formatShare(row.share)}</span>
      </span>
    </button>
  );
});
