import { lazy, memo, Suspense, useMemo, useState } from 'react';
import type { EpochRecord, StepRecord } from '../../protocol/run.ts';
import { formatScore } from '../shared/format.ts';
import { useThrottled } from '../shared/use-throttled.ts';
import { useStudio } from '../studio-context.ts';
import { AxisChoice } from './axis-choice.tsx';
import { type CurveAxis, curveLines, epochPlaces, type FigureName, figures, latestValues } from './series.ts';
import './curves.css';

// The charts are most of the page's code and not needed at first sight.
const CurveChart = lazy(async () => ({ default: (await import('./curve-chart.tsx')).CurveChart }));

/** A chart is redrawn at most this often; its values as text are always the newest. */
const REDRAW_MS = 900;

const noSteps: readonly StepRecord[] = [];
const noEpochs: readonly EpochRecord[] = [];

export function Curves() {
  const steps = useStudio(({ run }) => run?.steps ?? noSteps);
  const epochs = useStudio(({ run }) => run?.epochs ?? noEpochs);
  const best = useStudio(({ run }) => run?.bestEpoch ?? null);
  const stepsPerEpoch = useStudio(({ run }) => (run ? Math.ceil(run.split.train.length / run.settings.batch) : 1));
  const [axis, setAxis] = useState<CurveAxis>('epoch');
  // One place for all: the figures are read in step.
  const [at, setAt] = useState<number | null>(null);
  return (
    <div className="curves">
      <AxisChoice
        axis={axis}
        onChange={chosen => {
          setAxis(chosen);
          setAt(null);
        }}
      />
      <div className="curve-grid">
        {figures.map((name, place) => (
          <Curve
            key={name}
            name={name}
            delay={place * (REDRAW_MS / figures.length)}
            steps={steps}
            epochs={epochs}
            best={best}
            stepsPerEpoch={stepsPerEpoch}
            axis={axis}
            at={at}
            onPoint={setAt}
          />
        ))}
      </div>
      <p className="help">
        Dice: Mean over images of 2|X∩Y| / (|X|+|Y|) on the lesion class at threshold 0.5; an image where both masks are
        empty scores 1. The loss is the soft one.
      </p>
    </div>
  );
}

const Curve = memo(function Curve({
  name,
  delay,
  steps,
  epochs,
  best,
  stepsPerEpoch,
  axis,
  at,
  onPoint,
}: {
  name: FigureName;
  delay: number;
  steps: readonly StepRecord[];
  epochs: readonly EpochRecord[];
  best: number | null;
  stepsPerEpoch: number;
  axis: CurveAxis;
  at: number | null;
  onPoint: (x: number | null) => void;
}) {
  const drawn = useThrottled(
    useMemo(() => ({ steps, epochs, best }), [steps, epochs, best]),
    REDRAW_MS,
    delay,
  );
  const lines = useMemo(
    () => curveLines(name, drawn.steps, drawn.epochs, stepsPerEpoch, axis),
    [name, drawn, stepsPerEpoch, axis],
  );
  const bestPlace = epochPlaces(drawn.epochs, axis)[drawn.epochs.findIndex(({ epoch }) => epoch === drawn.best)];
  const latest = latestValues(name, steps, epochs);
  return (
    <figure className="panel curve" aria-label={name}>
      <figcaption className="curve-head">
        <span className="curve-title">{name}</span>
        <span className="curve-best number">{best !== null && epochs.length > 0 ? `best epoch ${best}` : ''}</span>
      </figcaption>
      <p className="curve-latest number">
        <span className="key key-train">{`train ${formatScore(latest.train)}`}</span>
        <span aria-hidden="true">{' · '}</span>
        <span className="key key-validation">{`validation ${formatScore(latest.validation)}`}</span>
      </p>
      <div className="curve-plot">
        {lines.train.length + lines.steps.length === 0 ? (
          <p className="plot-empty">
            {axis === 'time' && drawn.steps.length > 0
              ? 'Drawn after the first epoch'
              : 'Drawn as soon as training starts'}
          </p>
        ) : (
          <Suspense fallback={<p className="plot-empty">Loading the chart…</p>}>
            <CurveChart name={name} lines={lines} axis={axis} best={bestPlace ?? null} at={at} onPoint={onPoint} />
          </Suspense>
        )}
      </div>
    </figure>
  );
});
