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
import { ArrowDown, ArrowUp, Search } from 'lucide-react';
import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from 'react';
import type { ImageScore } from '../../protocol/scores.ts';
import { shownPairs } from '../../state/data/data-actions.ts';
import { type Thumbnail, useThumbnails } from '../pairs/use-thumbnails.ts';
import { formatScore, plural } from '../shared/format.ts';
import { PixelImage } from '../shared/pixel-image.tsx';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { useStudio } from '../studio-context.ts';
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
const ROW_HEIGHT = 36;

/** Every image of a test; its row opens the picture beside the table. Arrow keys go from row to row. */
export const ScoreTable = memo(function ScoreTable({
  images,
  open,
  onOpen,
  onOrder,
}: {
  images: readonly ImageScore[];
  open: string | undefined;
  onOpen: (id: string) => void;
  /** The ids as the rows stand, whenever that changes. */
  onOrder: (ids: readonly string[]) => void;
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
  useEffect(() => onOrder(rows.map(({ id }) => id)), [rows, onOrder]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: rows.length <= WHOLE ? rows.length : 4,
    getItemKey: place => rows[place]?.id ?? place,
  });
  useEffect(() => {
    if (sorting && columnFilters) scroller.current?.scrollTo({ top: 0 });
  }, [sorting, columnFilters]);
  const at = rows.findIndex(({ id }) => id === open);
  // Whoever goes on by the picture's arrows finds its row in sight.
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: 'auto' });
  }, [virtual, at]);
  const cacheId = useStudio(state => shownPairs(state)?.cacheId ?? '');
  const all = useStudio(state => shownPairs(state)?.ids);
  const places = useMemo(() => new Map(all?.map((id, place) => [id, place])), [all]);
  const inSight = virtual.range ?? { startIndex: 0, endIndex: 0 };
  const thumbnails = useThumbnails(
    cacheId,
    rows
      .slice(inSight.startIndex, inSight.endIndex + 1)
      .flatMap(({ id }) => (places.has(id) ? [places.get(id) as number] : [])),
  );

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
      <div className="bar score-bar">
        <h2 id="scores-title">Per-image scores</h2>
        <p className="sub" aria-live="polite">
          {rows.length === images.length ? orderText(sorting) : `${rows.length} of ${plural(images.length, 'image')}`}
        </p>
        <span className="spring" />
        <label className="score-find">
          <Search aria-hidden />
          <span className="visually-hidden">Find image</span>
          <input
            className="small"
            type="search"
            value={text}
            placeholder="Find image"
            spellCheck={false}
            onChange={({ currentTarget }) => setText(currentTarget.value.trim())}
          />
        </label>
        <label>
          <span className="visually-hidden">Show</span>
          <select
            className="small score-show"
            value={under}
            onChange={({ currentTarget }) => setUnder(currentTarget.value)}
          >
            {bounds.map(bound => (
              <option key={bound} value={bound}>
                {bound ? `Dice under ${bound}` : 'All images'}
              </option>
            ))}
          </select>
        </label>
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
                      data-column={id}
                      className={id === 'id' ? undefined : 'numeric'}
                      aria-sort={way ? (way === 'asc' ? 'ascending' : 'descending') : 'none'}
                    >
                      <button type="button" className="sort-button" onClick={() => column.toggleSorting()}>
                        <span>{String(column.columnDef.header)}</span>
                        <span className="sort-mark">
                          {way === 'asc' ? <ArrowUp aria-hidden /> : way ? <ArrowDown aria-hidden /> : null}
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
              const place = places.get(row.id);
              return (
                <Row
                  key={row.id}
                  image={row.original}
                  place={index}
                  thumbnail={place === undefined ? undefined : thumbnails.get(place)}
                  open={row.id === open}
                  stop={index === Math.max(0, at)}
                  onOpen={onOpen}
                />
              );
            })}
            {below > 0 && <Space height={below} />}
          </tbody>
        </table>
        {rows.length === 0 && <p className="empty">No image fits. Choose “All images” or clear the search.</p>}
      </ScrollArea>
    </>
  );
});

function orderText([sorted]: SortingState): string {
  if (sorted?.id === 'dice') return sorted.desc ? 'best first' : 'worst first';
  return sorted ? `by ${sorted.id === 'id' ? 'name' : sorted.id}` : '';
}

/** Drawn again only if something of it changes: dozens stand in the table while one steps from row to row. */
const Row = memo(function Row({
  image,
  place,
  thumbnail,
  open,
  stop,
  onOpen,
}: {
  image: ImageScore;
  place: number;
  thumbnail: Thumbnail | undefined;
  open: boolean;
  /** Where Tab stops in the table. */
  stop: boolean;
  onOpen: (id: string) => void;
}) {
  return (
    <tr aria-selected={open} aria-rowindex={place + 2} onClick={() => onOpen(image.id)}>
      <th scope="row">
        <span className="score-name">
          <span className="score-thumbnail" aria-hidden="true">
            <PixelImage size={thumbnail?.side ?? 1} pixels={thumbnail?.image} alt="" />
          </span>
          <button
            type="button"
            className="score-open mono"
            data-place={place}
            tabIndex={stop ? 0 : -1}
            aria-pressed={open}
            onClick={() => onOpen(image.id)}
          >
            {image.id}
          </button>
        </span>
      </th>
      {scores.map(([key]) => (
        <td
          className="numeric"
          key={key}
          data-column={key}
          data-low={(key === 'dice' && image.dice < 0.8) || undefined}
        >
          <span>{formatScore(image[key], 4)}</span>
          {key === 'dice' && (
            <span className="score-meter" aria-hidden="true">
              <span style={{ width: `${image.dice * 100}%` }} />
            </span>
          )}
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
