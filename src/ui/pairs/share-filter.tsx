import { useState } from 'react';
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
  return (
    <>
      <h3>Lesion share</h3>
      {told && (
        <div
          className="share-chart"
          role="img"
          aria-label={`Lesion shares of ${plural(rows.length, 'pair')}, in bins of 5 %`}
        >
          <div className="share-bars">
            {bins.map((count, bin) => (
              <span
                // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place.
                key={bin}
                data-out={!isWithin(bin * 5 + 2.5, filter.share) || undefined}
                title={`${bin * 5} to ${bin * 5 + 5} %: ${count}`}
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
