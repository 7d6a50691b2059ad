import { useId } from 'react';
import { useStore } from 'zustand';
import type { EditedMask } from '../../state/data/data-state.ts';
import { type ReviewActs, ReviewFoot, ReviewQueue } from './review-queue.tsx';
import { brushSizes, type Compared, type Session } from './session.ts';
import { modeNames } from './tools.ts';
import { Versions } from './versions.tsx';

/** The tool's settings, what the mask is compared with, and its versions. */
export function EditorInspector({
  session,
  edited,
  review,
}: {
  session: Session;
  edited: EditedMask;
  review: ReviewActs | null;
}) {
  const mode = useStore(session.store, state => state.mode);
  const size = useStore(session.store, state => state.size);
  const opacity = useStore(session.store, state => state.opacity);
  const compared = useStore(session.store, state => state.compared);
  const takesAway = useStore(session.store, state => state.takesAway);
  const level = useStore(session.store, state => state.prediction?.level);
  const paints = mode === 'brush' || mode === 'eraser' || mode === 'threshold';
  const turns = mode === 'lasso' || mode === 'polygon' || mode === 'threshold';
  const choices: readonly (readonly [Compared, string])[] = [
    ...(level === undefined ? [] : [['prediction', 'Prediction'] as const]),
    ['original', 'Original'],
    ['none', 'None'],
  ];
  return (
    <aside className="editor-inspector" aria-label="Tool and versions">
      <div className="scroll">
        <section className="editor-block">
          <h3>{modeNames[mode]}</h3>
          {paints && (
            <Slider
              label="Size"
              value={size}
              least={brushSizes.least}
              most={brushSizes.most}
              text={`${size} px`}
              onValue={value => session.set({ size: value })}
            />
          )}
          {turns && (
            <Segments
              label="It"
              name="takes"
              options={[
                ['add', 'Adds'],
                ['away', 'Takes away'],
              ]}
              value={takesAway ? 'away' : 'add'}
              onValue={value => session.set({ takesAway: value === 'away' })}
            />
          )}
          {mode === 'polygon' && (
            <p className="sub">
              Each press sets a corner, and corners can be moved. The first corner or Enter closes the line; Backspace
              takes the last one back.
            </p>
          )}
          <Slider
            label="Mask opacity"
            value={Math.round(opacity * 100)}
            least={0}
            most={100}
            text={`${Math.round(opacity * 100)} %`}
            onValue={value => session.set({ opacity: value / 100 })}
          />
          <Segments
            label="Compare with"
            name="compare"
            options={choices}
            value={compared === 'prediction' && level === undefined ? 'none' : compared}
            onValue={value => session.set({ compared: value })}
          />
          {level === undefined ? (
            <p className="sub">
              With a model for these images, and no run going on, its prediction can be compared with and copied.
            </p>
          ) : (
            <Slider
              label="Prediction above"
              value={Math.round(level * 100)}
              least={1}
              most={99}
              text={(Math.round(level * 100) / 100).toFixed(2)}
              onValue={value => session.setLevel(value / 100)}
            />
          )}
        </section>
        <Versions session={session} />
        <ReviewQueue edited={edited} />
      </div>
      {review && <ReviewFoot session={session} acts={review} />}
    </aside>
  );
}

function Slider({
  label,
  value,
  least,
  most,
  text,
  onValue,
}: {
  label: string;
  value: number;
  least: number;
  most: number;
  text: string;
  onValue: (value: number) => void;
}) {
  const id = useId();
  return (
    <div className="editor-row">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="range"
        min={least}
        max={most}
        value={value}
        aria-valuetext={text}
        onChange={({ currentTarget }) => onValue(Number(currentTarget.value))}
      />
      <span className="number" aria-hidden="true">
        {text}
      </span>
    </div>
  );
}

function Segments<T extends string>({
  label,
  name,
  options,
  value,
  onValue,
}: {
  label: string;
  name: string;
  options: readonly (readonly [value: T, label: string])[];
  value: T;
  onValue: (value: T) => void;
}) {
  const id = useId();
  return (
    <div className="editor-row wide">
      <span id={id}>{label}</span>
      <div className="segments" role="radiogroup" aria-labelledby={id}>
        {options.map(([option, title]) => (
          <label key={option}>
            <input type="radio" name={`editor-${name}`} checked={value === option} onChange={() => onValue(option)} />
            <span>{title}</span>
          </label>
        ))}
      </div>
    </div>
  );
}
