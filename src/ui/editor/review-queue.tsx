import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useStudio } from '../studio-context.ts';
import { isUnsaved, type Session } from './session.ts';

/** The pairs to look through, those with the least agreement first, and how many are done. */
export function ReviewQueue({ id }: { id: string }) {
  const review = useStudio(state => state.review);
  const correctMask = useStudio(state => state.correctMask);
  const current = useRef<HTMLLIElement>(null);
  useEffect(() => {
    // Newer browsers hand back a promise, which is no way to tidy up.
    current.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  if (!review) return null;
  const { queue, outcomes } = review;
  const done = queue.filter(each => outcomes[each.id] !== undefined).length;
  return (
    <section className="editor-block">
      <div className="editor-review-head">
        <h3 id="review-queue">Review queue</h3>
        <span className="sub number">{`${done} of ${queue.length} reviewed`}</span>
      </div>
      <progress className="editor-progress" max={queue.length} value={done} aria-label="Reviewed" />
      <ul className="plain-list editor-review" aria-labelledby="review-queue">
        {queue.map(each => (
          <li key={each.id} ref={each.id === id ? current : undefined} aria-current={each.id === id || undefined}>
            <button type="button" className="link" onClick={() => void correctMask(each.id)}>
              {each.id}
            </button>
            <span className="number">{outcomes[each.id] ?? `Dice ${each.dice.toFixed(2)}`}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What came of the pair, one key each; nothing outside a review. */
export function useReview(id: string, session: Session) {
  const isIn = useStudio(({ review }) => review?.queue.some(each => each.id === id) ?? false);
  const reviewed = useStudio(state => state.reviewed);
  const leaveOut = useStudio(state => state.leaveOut);
  if (!isIn) return null;
  return {
    accept: () => reviewed(id, 'accepted'),
    async leaveOut() {
      await leaveOut(id, true);
      reviewed(id, 'left out');
    },
    async saveAndNext() {
      if (!isUnsaved(session.store.getState())) return reviewed(id, 'accepted');
      if (await session.save()) reviewed(id, 'corrected');
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
