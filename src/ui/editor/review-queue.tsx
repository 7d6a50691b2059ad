import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { ReviewOutcome } from '../../protocol/review.ts';
import type { EditedMask } from '../../state/data/data-state.ts';
import { outlinesOf } from '../../state/inference/results.ts';
import { formatScore } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';
import { isUnsaved, type Session } from './session.ts';

interface Entry {
  readonly key: string;
  readonly name: string;
  readonly isOpen: boolean;
  /** What came of it, or why it stands where it does. */
  readonly told: string;
  readonly isDone: boolean;
  open(): void;
}

/** The list that the open mask is in; null where it is in none. */
function useEntries({ id, outline }: EditedMask): readonly Entry[] | null {
  const review = useStudio(state => state.review);
  const outlines = useStudio(outlinesOf);
  const correctMask = useStudio(state => state.correctMask);
  const correctOutline = useStudio(state => state.correctOutline);
  if (outline === undefined)
    return (
      review?.queue.map(each => ({
        ...{ key: each.id, name: each.id, isOpen: each.id === id, isDone: review.outcomes[each.id] !== undefined },
        told: review.outcomes[each.id] ?? `Dice ${each.dice.toFixed(2)}`,
        open: () => void correctMask(each.id),
      })) ?? null
    );
  if (!outlines?.review) return null;
  const { queue, outcomes } = outlines.review;
  return queue.map(place => {
    const image = outlines.images.find(each => each.place === place);
    return {
      ...{
        key: String(place),
        name: image?.name ?? '',
        isOpen: place === outline,
        isDone: outcomes[place] !== undefined,
      },
      told:
        outcomes[place] ??
        `${image?.unlike ? 'unlike training, ' : ''}predicted ${formatScore(image?.predictedDice ?? image?.confidence)}`,
      open: () => void correctOutline(place),
    };
  });
}

/** What is to be looked through, where a look pays most first, and how much is done. */
export function ReviewQueue({ edited }: { edited: EditedMask }) {
  const entries = useEntries(edited);
  const current = useRef<HTMLLIElement>(null);
  useEffect(() => {
    // Newer browsers hand back a promise, which is no way to tidy up.
    current.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  if (!entries) return null;
  const done = entries.filter(({ isDone }) => isDone).length;
  return (
    <section className="editor-block">
      <div className="editor-review-head">
        <h3 id="review-queue">Review queue</h3>
        <span className="sub number">{`${done} of ${entries.length} reviewed`}</span>
      </div>
      <progress className="editor-progress" max={entries.length} value={done} aria-label="Reviewed" />
      <ul className="plain-list editor-review" aria-labelledby="review-queue">
        {entries.map(({ key, name, isOpen, told, open }) => (
          <li key={key} ref={isOpen ? current : undefined} aria-current={isOpen || undefined}>
            {name ? (
              <button type="button" className="link" onClick={open}>
                {name}
              </button>
            ) : (
              <span>–</span>
            )}
            <span className="number">{told}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What came of the mask, one key each; nothing outside a review. */
export function useReview({ id, outline }: EditedMask, session: Session) {
  const isIn = useStudio(state =>
    outline === undefined
      ? (state.review?.queue.some(each => each.id === id) ?? false)
      : (outlinesOf(state)?.review?.queue.includes(outline) ?? false),
  );
  const reviewed = useStudio(state => state.reviewed);
  const outlineReviewed = useStudio(state => state.outlineReviewed);
  const leaveOut = useStudio(state => state.leaveOut);
  if (!isIn) return null;
  const note = (outcome: ReviewOutcome) =>
    outline === undefined ? reviewed(id, outcome) : outlineReviewed(outline, outcome);
  return {
    accept: () => note('accepted'),
    async leaveOut() {
      if (outline === undefined) await leaveOut(id, true);
      note('left out');
    },
    async saveAndNext() {
      if (!isUnsaved(session.store.getState())) return note('accepted');
      if (await session.save()) note('corrected');
    },
  };
}

export type ReviewActs = NonNullable<ReturnType<typeof useReview>>;

/** The three answers under the inspector. */
export function ReviewFoot({ session, acts }: { session: Session; acts: ReviewActs }) {
  const unsaved = useStore(session.store, isUnsaved);
  const saving = useStore(session.store, state => state.saving);
  return (
    <div className="editor-review-foot">
      <button
        type="button"
        aria-keyshortcuts="A"
        disabled={unsaved}
        title={unsaved ? 'Save the changes, or undo them' : undefined}
        onClick={acts.accept}
      >
        Accept <kbd>A</kbd>
      </button>
      <button type="button" aria-keyshortcuts="X" onClick={() => void acts.leaveOut()}>
        Leave out <kbd>X</kbd>
      </button>
      <button
        type="button"
        className="primary large"
        aria-keyshortcuts="N"
        disabled={saving}
        onClick={() => void acts.saveAndNext()}
      >
        Save and next <kbd>N</kbd>
      </button>
    </div>
  );
}
