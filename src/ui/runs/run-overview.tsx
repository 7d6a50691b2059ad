import { Pencil } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { CurveChart } from '../curves/curve-chart.tsx';
import { type CurveName, curveLines } from '../curves/series.ts';
import { focusWhenShown } from '../shared/focus.ts';
import { formatBytes, formatCount, formatScore, plural } from '../shared/format.ts';
import { seriesText } from '../shared/series-text.ts';
import { useStudio } from '../studio-context.ts';
import { Facts } from './run-facts.tsx';
import { type PicturesOfRun, RunPictures } from './run-pictures.tsx';
import { intervalText, useIntervals } from './use-intervals.ts';
import '../curves/curves.css';

/** Curves, note, what it was trained on, and the images it found hardest. */
export function RunOverview({ run, pictures }: { run: KeptRun; pictures: PicturesOfRun }) {
  const [at, setAt] = useState<number | null>(null);
  return (
    <div className="scroll run-body">
      <div className="run-overview">
        <RunCurve run={run} name="Dice" at={at} onPoint={setAt} />
        <RunCurve run={run} name="Loss" at={at} onPoint={setAt} />
        <div className="run-side">
          <Note key={run.note} run={run} />
          <RunSummary run={run} />
        </div>
      </div>
      {run.test && <RunPictures pictures={pictures} />}
    </div>
  );
}

function RunCurve({
  run: { epochs, bestEpoch, settings },
  name,
  at,
  onPoint,
}: {
  run: KeptRun;
  name: CurveName;
  at: number | null;
  onPoint: (x: number | null) => void;
}) {
  const lines = useMemo(() => curveLines(name, [], epochs), [name, epochs]);
  const [zoom, setZoom] = useState<readonly [number, number] | null>(null);
  const best = epochs.find(({ epoch }) => epoch === bestEpoch);
  return (
    <figure className="curve" aria-label={`${name} of the run`}>
      <figcaption className="curve-head">
        <span className="curve-title">{name}</span>
        {best && (
          <span className="curve-latest">
            <span className="of-train">
              <span className="visually-hidden">best epoch: train </span>
              <span>{formatScore(name === 'Dice' ? best.dice : best.loss, 4)}</span>
            </span>
            <span className="of-validation">
              <span className="visually-hidden">, validation </span>
              <span>{formatScore(name === 'Dice' ? best.valDice : best.valLoss, 4)}</span>
            </span>
          </span>
        )}
      </figcaption>
      <div className="curve-plot">
        <CurveChart
          {...{ name, lines, at, onPoint, zoom, best: bestEpoch, planned: settings.epochs }}
          onZoom={setZoom}
          axis="epoch"
          smoothing={0}
          log={false}
        />
      </div>
    </figure>
  );
}

const ends = { going: 'not finished', finished: 'finished', stopped: 'stopped', failed: 'failed' } as const;

function RunSummary({ run }: { run: KeptRun }) {
  const { dataset, split, settings, test, epochs, bestEpoch, device, startedFrom } = run;
  const intervals = useIntervals(useMemo(() => [run], [run]));
  return (
    <Facts
      of={[
        ...(test
          ? ([
              ['Test Dice', formatScore(test.meanDice, 4)],
              ['95 % interval', intervalText(intervals.get(run.id))],
            ] as const)
          : []),
        ['Ended', `${ends[run.state]}, ${plural(epochs.length, 'epoch')}${bestEpoch ? `, best ${bestEpoch}` : ''}`],
        ['Data', `${dataset.source}, ${dataset.hash.slice(0, 8)}`],
        ...(dataset.corrected ? ([['Corrected masks', formatCount(dataset.corrected)]] as const) : []),
        [
          'Split',
          [
            `${split.train} · ${split.validation} · ${split.test}`,
            split.file ?? `seed ${split.seed}`,
            seriesText(split),
          ]
            .filter(Boolean)
            .join(', '),
        ],
        ['Rate', `${settings.lr}, ${settings.schedule}`],
        ...(startedFrom ? ([['Started from', startedFrom]] as const) : []),
        ['Device', device?.description || device?.architecture || '–'],
        ['Weights', run.bytes > 0 ? formatBytes(run.bytes) : 'none kept'],
      ]}
    />
  );
}

function Note({ run }: { run: KeptRun }) {
  const describeRun = useStudio(state => state.describeRun);
  const [editing, setEditing] = useState(false);
  const [note, setNote] = useState(run.note);
  const save = async () => {
    if (note === run.note || (await describeRun(run.id, run.name, note))) setEditing(false);
  };
  if (editing)
    return (
      <form
        className="run-note-form"
        onSubmit={event => {
          event.preventDefault();
          void save();
        }}
        onKeyDown={({ key }) => key === 'Escape' && setEditing(false)}
      >
        <textarea
          aria-label="Run note"
          placeholder="What was tried, what came out"
          value={note}
          rows={3}
          maxLength={2000}
          ref={focusWhenShown}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
        />
        <div className="actions">
          <button type="submit" className="small">
            Save note
          </button>
          <button type="button" className="small" onClick={() => setEditing(false)}>
            Cancel
          </button>
        </div>
      </form>
    );
  return (
    <div>
      <div className="block-head">
        <h3>Note</h3>
        <button type="button" className="icon small" aria-label="Edit note" onClick={() => setEditing(true)}>
          <Pencil aria-hidden />
        </button>
      </div>
      <p className="run-note breakable">{run.note || <span className="help">None yet.</span>}</p>
    </div>
  );
}
