import { X } from 'lucide-react';
import type { PairFilter } from './pair-list.ts';
import { rangeWords } from './pair-words.ts';

/** The bounds that leave pairs out, each with a cross that lifts it. */
export function RangeChips({
  filter,
  onFilter,
}: {
  filter: PairFilter;
  onFilter: (change: Partial<PairFilter>) => void;
}) {
  const ranges = [
    ['share', rangeWords('Share', filter.share, '%')],
    ['side', rangeWords('Side', filter.side, 'px')],
  ] as const;
  return ranges.map(
    ([name, words]) =>
      words !== '' && (
        <button
          key={name}
          type="button"
          className="small"
          aria-pressed
          aria-label={`${words}, remove`}
          onClick={() => onFilter({ [name]: [null, null] })}
        >
          <span>{words}</span>
          <X aria-hidden />
        </button>
      ),
  );
}
