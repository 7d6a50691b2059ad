import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFn_alphanumeric,
  sortFn_basic,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type CSSProperties, type KeyboardEvent, memo, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import type { SettingName } from '../../protocol/settings.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { LiveRow } from './live-row.tsx';
import { effortColumns, hasInterval, resultColumns, settingColumn } from './run-columns.ts';
import { RunRow } from './run-row.tsx';
import { useIntervals } from './use-intervals.ts';
import './runs-table.css';

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic, alphanumeric: sortFn_alphanumeric },
});
const helper = createColumnHelper<typeof features, KeptRun>();

const newestFirst: SortingState = [{ id: 'Started', desc: true }];
/** Shorter tables stand on the page as a whole, so that the browser's own search finds every row. */
const WHOLE = 40;
/** As the style sheet has it. */
const ROW_HEIGHT = 36;
/** Of tick, name and pencil, in rem. */
const WIDTHS = { tick: 2.5, name: 12.5, interval: 7, edit: 3.5 };

interface RunsTableProps {
  readonly runs: readonly KeptRun[];
  /** Those that have a column. */
  readonly settings: readonly SettingName[];
  readonly ticked: readonly string[];
  /** No more can be ticked. */
  readonly full: boolean;
  readonly open: string | null;
  readonly best: string | null;
  /** Places of runColour, by run. */
  readonly colours: ReadonlyMap<string, number>;
  readonly onToggle: (id: string) => void;
  readonly onOpen: (id: string) => void;
}

/** Every run that was made here, and on top the one that goes on. Arrow keys go from row to row, Enter opens one. */
export const RunsTable = memo(function RunsTable({
  runs,
  settings,
  ticked,
  full,
  open,
  best,
  ...rest
}: RunsTableProps) {
  const [sorting, setSorting] = useState<SortingState>(newestFirst);
  const [editing, setEditing] = useState<string | null>(null);
  const intervals = useIntervals(runs);
  const shownColumns = useMemo(() => [...resultColumns, ...settings.map(settingColumn), ...effortColumns], [settings]);
  const columns = useMemo(
    () =>
      helper.columns([
        helper.accessor('name', { header: 'Run', sortFn: 'alphanumeric', sortDescFirst: false }),
        ...shownColumns.map(({ id, title, value }) =>
          helper.accessor(run => value(run), {
            ...{ id, header: title, sortFn: 'basic', sortUndefined: 'last', sortDescFirst: true },
          }),
        ),
      ]),
    [shownColumns],
  );
  const table = useTable({
    features,
    columns,
    data: runs,
    getRowId: ({ id }) => id,
    enableSortingRemoval: false,
    state: { sorting },
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
    // Until it is measured, and where nothing can be.
    initialRect: { width: 1000, height: 10 * ROW_HEIGHT },
  });
  const step = (event: KeyboardEvent<HTMLElement>) => {
    const way = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rows.length, End: rows.length }[
      event.key
    ];
    const button = (event.target as HTMLElement).closest<HTMLElement>('button[data-place]');
    if (!way || !button) return;
    event.preventDefault();
    const next = Math.min(rows.length - 1, Math.max(0, Number(button.dataset.place) + way));
    virtual.scrollToIndex(next);
    // The row may not be there before the table has been scrolled to it.
    requestAnimationFrame(() => focusRow(next));
  };
  const focusRow = (place: number) =>
    scroller.current?.querySelector<HTMLElement>(`button[data-place="${place}"]`)?.focus({ preventScroll: true });
  const stopEditing = (id: string) => {
    // The button that takes the focus is there only afterwards, and its row may stand elsewhere under the new name.
    flushSync(() => setEditing(null));
    scroller.current?.querySelector<HTMLElement>(`button[data-run="${id}"]`)?.focus({ preventScroll: true });
  };
  const shown = virtual.getVirtualItems();
  const above = shown[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0);
  const width = Object.values(WIDTHS).reduce((sum, of) => sum + of, 0);
  const total = shownColumns.reduce((sum, of) => sum + of.width, width);
  return (
    <ScrollArea className="scroll runs-scroll" label="Runs, scrollable" ref={scroller} onKeyDown={step}>
      <table
        className="runs-table"
        aria-label="Kept runs"
        aria-rowcount={rows.length + 1}
        // The phone's style sheet leaves columns out, and sets its own.
        style={{ '--wide': `${total}rem` } as CSSProperties}
      >
        <colgroup>
          <col style={{ width: `${WIDTHS.tick}rem` }} />
          <col />
          {shownColumns.map(({ id, width, narrow }) => (
            <Cols key={id} id={id} width={width} narrow={narrow} />
          ))}
          <col style={{ width: `${WIDTHS.edit}rem` }} />
        </colgroup>
        <thead>
          {table.getHeaderGroups().map(group => (
            <tr key={group.id} aria-rowindex={1}>
              <td />
              {group.headers.map(({ id, column }) => (
                <Heads
                  key={id}
                  id={id}
                  title={String(column.columnDef.header)}
                  narrow={id === 'name' || shownColumns.some(of => of.id === id && of.narrow)}
                  way={column.getIsSorted()}
                  onSort={() => column.toggleSorting()}
                />
              ))}
              <td />
            </tr>
          ))}
        </thead>
        <tbody>
          <LiveRow settings={settings} />
          {above > 0 && <Space height={above} columns={shownColumns.length} />}
          {shown.map(({ index }) => {
            const row = rows[index];
            if (!row) return null;
            const { id } = row;
            return (
              <RunRow
                key={id}
                run={row.original}
                place={index}
                columns={shownColumns}
                interval={intervals.get(id)}
                colour={rest.colours.get(id) ?? 0}
                ticked={ticked.includes(id)}
                disabled={full && !ticked.includes(id)}
                open={id === open}
                best={id === best}
                editing={id === editing}
                onToggle={rest.onToggle}
                onOpen={rest.onOpen}
                onEdit={setEditing}
                onEdited={stopEditing}
              />
            );
          })}
          {below > 0 && <Space height={below} columns={shownColumns.length} />}
        </tbody>
      </table>
    </ScrollArea>
  );
});

function Cols({ id, width, narrow }: { id: string; width: number; narrow: boolean | undefined }) {
  return (
    <>
      <col style={{ width: `${width}rem` }} data-wide={!narrow || undefined} />
      {hasInterval(id) && <col style={{ width: `${WIDTHS.interval}rem` }} data-wide />}
    </>
  );
}

function Heads({
  id,
  title,
  narrow,
  way,
  onSort,
}: {
  id: string;
  title: string;
  narrow: boolean;
  way: false | 'asc' | 'desc';
  onSort: () => void;
}) {
  const Arrow = way === 'asc' ? ArrowUp : ArrowDown;
  return (
    <>
      <th
        scope="col"
        className={id === 'name' ? undefined : 'numeric'}
        data-wide={!narrow || undefined}
        aria-sort={way ? (way === 'asc' ? 'ascending' : 'descending') : 'none'}
      >
        <button type="button" className="run-sort" onClick={onSort}>
          {title}
          {way && <Arrow aria-hidden />}
        </button>
      </th>
      {hasInterval(id) && (
        <th scope="col" className="numeric" data-wide>
          95 % interval
        </th>
      )}
    </>
  );
}

/** In the place of rows that are not drawn. */
function Space({ height, columns }: { height: number; columns: number }) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus.
    <tr aria-hidden="true">
      <td colSpan={columns + 4} style={{ height }} />
    </tr>
  );
}
