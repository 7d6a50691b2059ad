import { type PointerEvent, useState } from 'react';
import { plural } from '../shared/format.ts';
import { parseNumber } from '../shared/parse-number.ts';
import { useStudio } from '../studio-context.ts';
import { isWithin, type PairFilter, type PairRow, shareBins } from './pair-list.ts';
import './share-filter.css';

/** How much of the masks is lesion, and bounds for what is shown; the same for the images' sides. */
export function ShareFilter({
  rows,
  filter,
  onFilter,
}: {
  rows: readonly PairRow[];
  filter: PairFilter;
  onFilter: (change: Partial<PairFilter>) => void;
}) {
  const told = useStudio(({ dataset }) => dataset?.lesionShares !== undefined);
  const bins = shareBins(rows);
  const most = Math.max(1, ...bins);
  /** Where a drag over the bars began. */
  const [first, setFirst] = useState<number | null>(null);
  return (
    <>
      <h3>Lesion share</h3>
      {told && (
        <div
          className="share-chart"
          role="img"
          aria-label={`Lesion shares of ${plural(rows.length, 'pair')}, in bins of ${BIN} %`}
        >
          {/* biome-ignore lint/a11y/noStaticElementInteractions: by keyboard the bounds under it are typed. */}
          <div
            className="share-bars"
            title="Drag to show these shares alone; double-click for all"
            onPointerDown={event => {
              event.currentTarget.setPointerCapture(event.pointerId);
              setFirst(binAt(event));
              onFilter({ share: binRange(binAt(event), binAt(event)) });
            }}
            onPointerMove={event => {
              if (first !== null) onFilter({ share: binRange(first, binAt(event)) });
            }}
            onPointerUp={() => setFirst(null)}
            onPointerCancel={() => setFirst(null)}
            onDoubleClick={() => onFilter({ share: [null, null] })}
          >
            {bins.map((count, bin) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place.
                key={bin}
                data-out={!isWithin((bin + 0.5) * BIN, filter.share) || undefined}
                title={`${bin * BIN} to ${(bin + 1) * BIN} %: ${count}`}
                style={{ height: `${(100 * count) / most}%` }}
              />
            ))}
          </div>
          <p className="share-axis">
            <span>0</span>
            <span>25</span>
            <span>50</span>
            <span>75</span>
            <span>100 %</span>
          </p>
        </div>
      )}
      <Range label="Lesion share, %" range={filter.share} onRange={share => onFilter({ share })} />
      <Range label="Shorter side, px" range={filter.side} onRange={side => onFilter({ side })} />
    </>
  );
}

/** Width of a bin, in percent; see shareBins. */
const BIN = 5;

/** The bin under the pointer; by keyboard the bounds are typed. */
function binAt({ clientX, currentTarget }: PointerEvent<HTMLElement>): number {
  const { left, width } = currentTarget.getBoundingClientRect();
  return Math.min(100 / BIN - 1, Math.max(0, Math.floor(((clientX - left) / width) * (100 / BIN))));
}

/** In percent. */
function binRange(a: number, b: number): PairFilter['share'] {
  return [Math.min(a, b) * BIN, (Math.max(a, b) + 1) * BIN];
}

/** Two bounds, each open where nothing or no number is typed. */
function Range({
  label,
  range: [least, most],
  onRange,
}: {
  label: string;
  range: PairFilter['share'];
  onRange: (range: PairFilter['share']) => void;
}) {
  return (
    <fieldset className="pair-range">
      <legend>{label}</legend>
      <Bound label={`${label}, at least`} value={least} hint="from" onValue={value => onRange([value, most])} />
      <Bound label={`${label}, at most`} value={most} hint="to" onValue={value => onRange([least, value])} />
    </fieldset>
  );
}

function Bound({
  label,
  value,
  hint,
  onValue,
}: {
  label: string;
  value: number | null;
  hint: string;
  onValue: (value: number | null) => void;
}) {
  const [draft, setDraft] = useState<string>();
  const typed = draft === undefined ? null : numberIn(draft);
  // Set from elsewhere, such as all shown again, the draft says nothing.
  const text = draft !== undefined && (Number.isNaN(typed) || typed === value) ? draft : undefined;
  const isBad = text !== undefined && Number.isNaN(typed);
  return (
    <input
      className="small"
      aria-label={label}
      aria-invalid={isBad}
      placeholder={hint}
      inputMode="decimal"
      autoComplete="off"
      value={text ?? (value === null ? '' : String(value))}
      onChange={({ currentTarget }) => {
        const next = currentTarget.value.trim();
        setDraft(next);
        const number = numberIn(next);
        onValue(Number.isNaN(number) ? null : number);
      }}
      onBlur={() => !isBad && setDraft(undefined)}
    />
  );
}

/** null where nothing is typed, NaN where it is no number. */
function numberIn(text: string): number | null {
  return text === '' ? null : parseNumber(text);
}
