import { useMemo } from 'react';
import { useStore } from 'zustand';
import { fromCoded } from '../../masks/run-mask.ts';
import type { MaskOrigin } from '../../protocol/corrections.ts';
import { agreement, isUnsaved, type Session } from './session.ts';

/** What made a version, in a few words. */
export function originText(origin: MaskOrigin): string {
  switch (origin.kind) {
    case 'hand':
      return 'By hand';
    case 'prediction':
      return `From ${origin.model}, threshold ${origin.threshold.toFixed(2)}${origin.edited ? ', changed by hand' : ''}`;
    case 'earlier':
      return origin.of === null ? 'As it came, brought back' : `Version of ${timeText(origin.of)}, brought back`;
    default:
      throw origin satisfies never;
  }
}

function timeText(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

/** What is drawn now, each saved version and the mask as it came, the newest first. */
export function Versions({ session }: { session: Session }) {
  const { width, height, versions } = useStore(session.store, state => state.versions);
  const history = useStore(session.store, state => state.history);
  const unsaved = useStore(session.store, isUnsaved);
  const original = useStore(session.store, state => state.original);
  const prediction = useStore(session.store, state => state.prediction);
  const masks = useMemo(() => versions.map(({ mask }) => fromCoded(mask, width, height)), [versions, width, height]);
  const now = useMemo(() => agreement(history.mask, prediction), [history.mask, prediction]);
  const dice = useMemo(
    () => [...masks, original].map(mask => agreement(mask, prediction)),
    [masks, original, prediction],
  );
  const steps = history.done.length;
  return (
    <section className="editor-block" aria-label="Versions">
      <h3>Versions</h3>
      <ol className="plain-list editor-versions">
        {unsaved && (
          <Version title="Now" sub={`${steps} ${steps === 1 ? 'change' : 'changes'}, not saved`} dice={now} isNow />
        )}
        {versions
          .map((version, place) => ({ ...version, place }))
          .toReversed()
          .map(({ at, origin, place }) => (
            <Version
              key={place}
              title={originText(origin)}
              sub={timeText(at)}
              dice={dice[place] ?? null}
              isNow={!unsaved && place === versions.length - 1}
              onBring={() => session.bringBack(place)}
            />
          ))}
        <Version
          title="As it came"
          sub="from its file"
          dice={dice[masks.length] ?? null}
          isNow={!unsaved && versions.length === 0}
          onBring={() => session.bringBack(null)}
        />
      </ol>
      {prediction && <p className="sub">Numbers: Dice of this version and the prediction.</p>}
    </section>
  );
}

function Version({
  title,
  sub,
  dice,
  isNow,
  onBring,
}: {
  title: string;
  sub: string;
  dice: number | null;
  isNow: boolean;
  onBring?: () => void;
}) {
  return (
    <li aria-current={isNow || undefined}>
      <span className="editor-version">
        <span>{title}</span>
        <span className="sub">{sub}</span>
      </span>
      {dice !== null && <span className="number">{dice.toFixed(2)}</span>}
      {!isNow && onBring && (
        <button type="button" className="link" aria-label={`Bring back: ${title}, ${sub}`} onClick={onBring}>
          Bring back
        </button>
      )}
    </li>
  );
}
