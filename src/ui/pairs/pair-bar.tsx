import { ArrowDown, ArrowUp, Search, TriangleAlert } from 'lucide-react';
import { formatCount } from '../shared/format.ts';
import {
  isIn,
  isShown,
  type Order,
  orders,
  type PairFilter,
  type PairRow,
  type ShownKind,
  shownKinds,
  shownParts,
} from './pair-list.ts';
import { kindWords, orderWords, partWords } from './pair-words.ts';
import './pair-bar.css';

/** Which pairs are shown, and in which order. */
export function PairBar({
  rows,
  filter,
  onFilter,
}: {
  rows: readonly PairRow[];
  filter: PairFilter;
  onFilter: (change: Partial<PairFilter>) => void;
}) {
  const count = (holds: (row: PairRow) => boolean) => formatCount(rows.filter(holds).length);
  return (
    <div className="bar pair-bar">
      <label className="pair-find">
        <Search aria-hidden />
        <input
          className="small"
          aria-label="Find a pair"
          placeholder="Find a pair"
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
              <span className="pair-count">{count(each => isIn(each, part))}</span>
            </label>
          ))}
      </fieldset>
      <span className="pair-kind" data-picked={filter.kind !== 'all' || undefined}>
        <TriangleAlert aria-hidden />
        <select
          className="small"
          aria-label="Show"
          value={filter.kind}
          onChange={({ currentTarget }) => onFilter({ kind: currentTarget.value as ShownKind })}
        >
          {shownKinds.map(kind => (
            <option key={kind} value={kind}>
              {`${kindWords[kind]} (${count(each => isShown(each, kind))})`}
            </option>
          ))}
        </select>
      </span>
      <span className="spring" />
      <span className="pair-order">
        <select
          className="small"
          aria-label="Sort by"
          value={filter.order}
          onChange={({ currentTarget }) => onFilter({ order: currentTarget.value as Order })}
        >
          {orders.map(order => (
            <option key={order} value={order}>
              {orderWords[order]}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="icon small"
          aria-label={filter.falling ? 'Falling: sort rising' : 'Rising: sort falling'}
          onClick={() => onFilter({ falling: !filter.falling })}
        >
          {filter.falling ? <ArrowDown aria-hidden /> : <ArrowUp aria-hidden />}
        </button>
      </span>
    </div>
  );
}
