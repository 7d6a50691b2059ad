import { useMemo, useState } from 'react';
import { shownPairs } from '../../state/data/data-actions.ts';
import { formatCount } from '../shared/format.ts';
import { parseNumber } from '../shared/parse-number.ts';
import { useStudio } from '../studio-context.ts';
import { PairDetail } from './pair-detail.tsx';
import { PairGrid } from './pair-grid.tsx';
import {
  chosenPairs,
  isIn,
  isShown,
  type Order,
  orders,
  type PairFilter,
  pairRows,
  type ShownKind,
  shownKinds,
  shownParts,
} from './pair-list.ts';
import { kindWords, orderWords, partWords } from './pair-words.ts';
import '../shared/inline-field.css';
import './pair-browser.css';

/** All pairs of the data set to look through, one of them large beside them. */
export function PairBrowser({
  filter,
  onFilter,
}: {
  filter: PairFilter;
  onFilter: (change: Partial<PairFilter>) => void;
}) {
  const read = useStudio(shownPairs);
  const used = useStudio(state => state.dataset);
  const split = useStudio(state => state.currentSplit);
  const [open, setOpen] = useState<number>();
  const rows = useMemo(() => (read && used ? pairRows(read, used, split) : []), [read, used, split]);
  const chosen = useMemo(() => chosenPairs(rows, filter), [rows, filter]);
  if (!read) return null;
  const row = rows.find(({ place }) => place === open);
  const step = (way: 1 | -1) => {
    const at = chosen.findIndex(({ place }) => place === open);
    const next = chosen[(at + way + chosen.length) % chosen.length];
    if (next) setOpen(next.place);
  };
  return (
    <section className="panel pair-browser" aria-label="Pairs">
      <div className="pair-bar">
        <label className="inline-field">
          <span>Find</span>
          <input
            value={filter.text}
            spellCheck={false}
            onChange={({ currentTarget }) => onFilter({ text: currentTarget.value.trim() })}
          />
        </label>
        <fieldset className="segments">
          <legend className="visually-hidden">Part</legend>
          {shownParts
            .filter(part => part !== 'left out' || filter.part === part || rows.some(each => isIn(each, part)))
            .map(part => (
              <label key={part}>
                <input
                  type="radio"
                  name="pairs-part"
                  checked={filter.part === part}
                  onChange={() => onFilter({ part })}
                />
                <span>{partWords[part]}</span>
                <span className="number segment-count">
                  {formatCount(rows.filter(each => isIn(each, part)).length)}
                </span>
              </label>
            ))}
        </fieldset>
        <label className="inline-field">
          <span>Show</span>
          <select
            value={filter.kind}
            onChange={({ currentTarget }) => onFilter({ kind: currentTarget.value as ShownKind })}
          >
            {shownKinds.map(kind => (
              <option key={kind} value={kind}>
                {`${kindWords[kind]} (${formatCount(rows.filter(each => isShown(each, kind)).length)})`}
              </option>
            ))}
          </select>
        </label>
        <Range label="Lesion share, %" range={filter.share} onRange={share => onFilter({ share })} />
        <Range label="Shorter side, px" range={filter.side} onRange={side => onFilter({ side })} />
        <div className="inline-field">
          <label className="inline-field">
            <span>Sort by</span>
            <select
              value={filter.order}
              onChange={({ currentTarget }) => onFilter({ order: currentTarget.value as Order })}
            >
              {orders.map(order => (
                <option key={order} value={order}>
                  {orderWords[order]}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            className="order-button"
            aria-label={filter.falling ? 'Falling: sort rising' : 'Rising: sort falling'}
            onClick={() => onFilter({ falling: !filter.falling })}
          >
            {filter.falling ? '↓' : '↑'}
          </button>
        </div>
      </div>
      <div className="pair-body" data-open={row !== undefined}>
        {chosen.length > 0 ? (
          <PairGrid rows={chosen} cacheId={read.cacheId} open={row?.place} onOpen={({ place }) => setOpen(place)} />
        ) : (
          <p className="help pair-none">No pair fits these conditions.</p>
        )}
        {row && <PairDetail row={row} read={read} onStep={step} onClose={() => setOpen(undefined)} />}
      </div>
      <p className="help number" role="status">
        {chosen.length === rows.length
          ? `${formatCount(rows.length)} pairs`
          : `${formatCount(chosen.length)} of ${formatCount(rows.length)} pairs shown`}
      </p>
    </section>
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
  const number = parseNumber(draft ?? '');
  const isBad = draft !== undefined && draft !== '' && Number.isNaN(number);
  return (
    <input
      className="number"
      aria-label={label}
      aria-invalid={isBad}
      placeholder={hint}
      inputMode="decimal"
      autoComplete="off"
      value={draft ?? (value === null ? '' : String(value))}
      onChange={({ currentTarget }) => {
        const text = currentTarget.value.trim();
        setDraft(text);
        const typed = parseNumber(text);
        onValue(text === '' || Number.isNaN(typed) ? null : typed);
      }}
      onBlur={() => !isBad && setDraft(undefined)}
    />
  );
}
