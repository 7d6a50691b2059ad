import {
  columnFilteringFeature,
  createColumnHelper,
  createFilteredRowModel,
  createSortedRowModel,
  filterFn_includesString,
  filterFn_lessThan,
  rowSortingFeature,
  type SortingState,
  sortFn_basic,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from 'react';
import type { ImageScore } from '../../protocol/scores.ts';
import { formatScore, plural } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import '../shared/inline-field.css';
import '../shared/row-button.css';
import './score-table.css';

const features = tableFeatures({
  columnFilteringFeature,
  rowSortingFeature,
  filteredRowModel: createFilteredRowModel(),
  sortedRowModel: createSortedRowModel(),
  filterFns: { includesString: filterFn_includesString, lessThan: filterFn_lessThan },
  sortFns: { basic: sortFn_basic },
});
const helper = createColumnHelper<typeof features, ImageScore>();
const scores = [
  ['dice', 'Dice'],
  ['jaccard', 'Jaccard'],
  ['sensitivity', 'Sensitivity'],
  ['specificity', 'Specificity'],
  ['accuracy', 'Accuracy'],
] as const;
const columns = helper.columns([
  helper.accessor('id', { header: 'Image', sortFn: 'basic', filterFn: 'includesString' }),
  ...scores.map(([key, title]) =>
    helper.accessor(key, { header: title, sortFn: 'basic', filterFn: 'lessThan', sortDescFirst: false }),
  ),
]);

const worstFirst: SortingState = [{ id: 'dice', desc: false }];
const bounds = ['', '0.9', '0.8', '0.65', '0.5'] as const;
/** Shorter tables stand on the page as a whole, so that the browser's own search finds every row. */
const WHOLE = 400;
/** As the style sheet has it: measured rows would each be laid out as they come. */
const ROW_HEIGHT = 34;

/** Every image of a test; its button opens the picture beside the table. Arrow keys go from row to row. */
export const ScoreTable = memo(function ScoreTable({
  images,
  open,
  onOpen,
}: {
  images: readonly ImageScore[];
  open: string | undefined;
  onOpen: (id: string) => void;
}) {
  const [sorting, setSorting] = useState<SortingState>(worstFirst);
  const [text, setText] = useState('');
  const [under, setUnder] = useState('');
  const columnFilters = useMemo(
    () => [...(text ? [{ id: 'id', value: text }] : []), ...(under ? [{ id: 'dice', value: Number(under) }] : [])],
    [text, under],
  );
  const table = useTable({
    features,
    columns,
    data: images,
    getRowId: ({ id }) => id,
    enableSortingRemoval: false,
    state: { sorting, columnFilters },
    onSortingChange: setSorting,
  });
  const { rows } = table.getRowModel();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: rows.length <= WHOLE ? rows.length : 4,
    getItemKey: place => rows[place]?.id ?? place,
  });
  useEffect(() => {
    if (images.length > 0 && sorting && columnFilters) scroller.current?.scrollTo({ top: 0 });
  }, [images, sorting, columnFilters]);

  const step = (event: KeyboardEvent<HTMLElement>) => {
    const way = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rows.length, End: rows.length }[
      event.key
    ];
    const button = (event.target as HTMLElement).closest<HTMLElement>('button[data-place]');
    if (!way || !button) return;
    event.preventDefault();
    const next = Math.min(rows.length - 1, Math.max(0, Number(button.dataset.place) + way));
    virtual.scrollToIndex(next);
    const row = rows[next];
    if (row) onOpen(row.id);
    // The row may not be there before the table has been scrolled to it.
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`button[data-place="${next}"]`)?.focus({ preventScroll: true }),
    );
  };

  const shown = virtual.getVirtualItems();
  const above = shown[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <>
      <div className="score-head">
        <h3 id="scores-title">Per-image scores</h3>
        <div className="score-filters">
          <label className="inline-field">
            <span>Find image</span>
            <input
              value={text}
              spellCheck={false}
              onChange={({ currentTarget }) => setText(currentTarget.value.trim())}
            />
          </label>
          <label className="inline-field">
            <span>Show</span>
            <select value={under} onChange={({ currentTarget }) => setUnder(currentTarget.value)}>
              {bounds.map(bound => (
                <option key={bound} value={bound}>
                  {bound ? `Dice under ${bound}` : 'all images'}
                </option>
              ))}
            </select>
          </label>
        </div>
        <p className="help number" aria-live="polite">
          {rows.length === images.length
            ? plural(images.length, 'image')
            : `${rows.length} of ${plural(images.length, 'image')}`}
        </p>
      </div>
      <ScrollArea className="scroll score-scroll" label="Scores, scrollable" ref={scroller} onKeyDown={step}>
        <table aria-labelledby="scores-title" aria-rowcount={rows.length + 1}>
          <thead>
            {table.getHeaderGroups().map(group => (
              <tr key={group.id} aria-rowindex={1}>
                {group.headers.map(({ id, column }) => {
                  const way = column.getIsSorted();
                  return (
                    <th
                      key={id}
                      scope="col"
                      className={id === 'id' ? undefined : 'numeric'}
                      aria-sort={way ? (way === 'asc' ? 'ascending' : 'descending') : 'none'}
                    >
                      <button type="button" className="sort-button" onClick={() => column.toggleSorting()}>
                        {String(column.columnDef.header)}
                        <span aria-hidden="true" className="sort-mark">
                          {way ? (way === 'asc' ? '▲' : '▼') : ''}
                        </span>
                      </button>
                    </th>
                  );
                })}
              </tr>
            ))}
          </thead>
          <tbody>
            {above > 0 && <Space height={above} />}
            {shown.map(({ index }) => {
              const row = rows[index];
              if (!row) return null;
              return <Row key={row.id} image={row.original} place={index} open={row.id === open} onOpen={onOpen} />;
            })}
            {below > 0 && <Space height={below} />}
          </tbody>
        </table>
        {rows.length === 0 && <p className="empty">No image fits. Choose “all images” or clear the search.</p>}
      </ScrollArea>
    </>
  );
});

/** Drawn again only if something of it changes: dozens stand in the table while one steps from row to row. */
const Row = memo(function Row({
  image,
  place,
  open,
  onOpen,
}: {
  image: ImageScore;
  place: number;
  open: boolean;
  onOpen: (id: string) => void;
}) {
  return (
    <tr data-open={open || undefined} aria-rowindex={place + 2}>
      <th scope="row">
        <button
          type="button"
          className="row-button"
          data-place={place}
          aria-pressed={open}
          onClick={() => onOpen(image.id)}
        >
          {image.id}
        </button>
      </th>
      {scores.map(([key]) => (
        <td className="numeric" key={key} data-low={(key === 'dice' && image.dice < 0.8) || undefined}>
          {formatScore(image[key], 4)}
        </td>
      ))}
    </tr>
  );
});

/** In the place of rows that are not drawn. */
function Space({ height }: { height: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus.
    <tr aria-hidden="true" className="score-space">
      <td colSpan={columns.length} style={{ height }} />
    </tr>
  );
}
