import { lazy, memo, Suspense, useMemo, useState } from 'react';
import type { EpochRecord } from '../../protocol/run.ts';
import type { StepPoint } from '../../state/run/step-curve.ts';
import { formatScore } from '../shared/format.ts';
import { Help } from '../shared/help.tsx';
import { Segments } from '../shared/segments.tsx';
import { useThrottled } from '../shared/use-throttled.ts';
import { useOpened } from '../shell/places.ts';
import { useStudio } from '../studio-context.ts';
import { type CurveAxis, type CurveName, curveLines, epochPlaces, latestValues, singleFigures } from './series.ts';
import './curves.css';

// The charts are most of the page's code and not needed at first sight.
const CurveChart = lazy(async () => ({ default: (await import('./curve-chart.tsx')).CurveChart }));

/** A chart is redrawn at most this often; its values as text are always the newest. */
const REDRAW_MS = 900;

const noSteps: readonly StepPoint[] = [];
const noEpochs: readonly EpochRecord[] = [];

const axes = [
  ['epoch', 'Epochs'],
  ['time', 'Time'],
] as const;

const DICE_TEXT =
  'Mean over images of 2|X∩Y| / (|X|+|Y|) on the lesion class at threshold 0.5; an image where both masks are empty scores 1. The loss is the soft one.';

/** The run at hand as curves; one place is pointed at in all of them. */
export function Curves() {
  const [axis, setAxis] = useState<CurveAxis>('epoch');
  const [smoothing, setSmoothing] = useState(0);
  const [log, setLog] = useState(false);
  const [third, setThird] = useState<CurveName>('Accuracy');
  const [at, setAt] = useState<number | null>(null);
  const [zoom, setZoom] = useState<readonly [number, number] | null>(null);
  const shared = { axis, smoothing, at, onPoint: setAt, zoom, onZoom: setZoom };
  return (
    <section className="curves" aria-label="Curves">
      <div className="bar curves-bar">
        <h2 id="curves-title">Curves</h2>
        <Help about="curves-title" text={DICE_TEXT} />
        <p className="curve-keys" aria-hidden="true">
          <span className="key key-train">train</span>
          <span className="key key-validation">validation</span>
          <span className="key key-steps">single steps</span>
        </p>
        <span className="spring" />
        <Segments
          legend="Curves by"
          options={axes}
          value={axis}
          onChange={chosen => {
            setAxis(chosen);
            setAt(null);
            setZoom(null);
          }}
        />
        <label className="slider-field">
          <span>Smoothing</span>
          <input
            type="range"
            min={0}
            max={0.95}
            step={0.05}
            value={smoothing}
            onChange={({ currentTarget }) => setSmoothing(Number(currentTarget.value))}
          />
          <span className="slider-value">{smoothing.toFixed(2)}</span>
        </label>
        <button
          type="button"
          className="small curves-whole"
          disabled={!zoom}
          title="Drag over a chart to zoom in; double-click to see all of it"
          onClick={() => setZoom(null)}
        >
          Whole curves
        </button>
        <button
          type="button"
          className="small"
          aria-pressed={log}
          title="Logarithmic loss axis"
          onClick={() => setLog(!log)}
        >
          Log loss
        </button>
      </div>
      <div className="curve-grid">
        <Curve name="Dice" delay={0} log={false} {...shared} />
        <Curve name="Loss" delay={REDRAW_MS / 3} log={log} {...shared} />
        <Curve name={third} delay={(2 * REDRAW_MS) / 3} log={false} {...shared}>
          <select
            className="small curve-choice"
            aria-label="Third curve"
            value={third}
            onChange={({ currentTarget }) => setThird(currentTarget.value as CurveName)}
          >
            {(['Accuracy', ...singleFigures] as const).map(name => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </Curve>
      </div>
    </section>
  );
}

interface CurveProps {
  readonly name: CurveName;
  readonly delay: number;
  readonly axis: CurveAxis;
  readonly smoothing: number;
  readonly log: boolean;
  readonly at: number | null;
  readonly onPoint: (x: number | null) => void;
  readonly zoom: readonly [number, number] | null;
  readonly onZoom: (range: readonly [number, number] | null) => void;
  /** In place of the name. */
  readonly children?: React.ReactNode;
}

const Curve = memo(function Curve(props: CurveProps) {
  const { name, delay, axis, smoothing, log, at, onPoint, zoom, onZoom, children } = props;
  const steps = useStudio(({ run }) => run?.steps.points ?? noSteps);
  const epochs = useStudio(({ run }) => run?.epochs ?? noEpochs);
  const best = useStudio(({ run }) => run?.bestEpoch ?? null);
  const opened = useOpened('train');
  const planned = useStudio(({ run, settings }) => (run?.settings ?? settings).epochs);
  const drawn = useThrottled(
    useMemo(() => ({ steps, epochs, best }), [steps, epochs, best]),
    REDRAW_MS,
    delay,
  );
  const lines = useMemo(() => curveLines(name, drawn.steps, drawn.epochs, axis), [name, drawn, axis]);
  const bestPlace = epochPlaces(drawn.epochs, axis)[drawn.epochs.findIndex(({ epoch }) => epoch === drawn.best)];
  const empty = lines.train.length + lines.steps.length === 0;
  return (
    <figure className="curve" aria-label={name}>
      <figcaption className="curve-head">
        {children ?? <span className="curve-title">{name}</span>}
        <LatestValues name={name} steps={steps} epochs={epochs} />
      </figcaption>
      <div className="curve-plot">
        {empty && <p className="plot-empty">from the first step on</p>}
        <Suspense fallback={null}>
          {opened && (
            <CurveChart
              {...{ name, lines, axis, planned, smoothing, log, at, onPoint, zoom, onZoom }}
              best={bestPlace ?? null}
            />
          )}
        </Suspense>
      </div>
    </figure>
  );
});

function LatestValues({
  name,
  steps,
  epochs,
}: {
  name: CurveName;
  steps: readonly StepPoint[];
  epochs: readonly EpochRecord[];
}) {
  const { train, validation } = latestValues(name, steps, epochs);
  if (name === 'Rate' || name === 'Seconds')
    return (
      <p className="curve-latest">
        {train === undefined ? '–' : name === 'Rate' ? train.toExponential(2) : `${train.toFixed(1)} s`}
      </p>
    );
  return (
    <p className="curve-latest">
      <span className="of-train">
        <span className="visually-hidden">train </span>
        <span>{formatScore(train, 4)}</span>
      </span>
      <span className="of-validation">
        <span className="visually-hidden">, validation </span>
        <span>{formatScore(validation, 4)}</span>
      </span>
    </p>
  );
}
