import { X } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { type CurveAxis, figures } from '../curves/series.ts';
import { settingTexts } from '../settings/texts.ts';
import { formatCount, formatDuration, formatRate, formatScore } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { Segments } from '../shared/segments.tsx';
import { bestValDice, runColour, settingRows, trainedSeconds } from './compare.ts';
import { ComparedCurve } from './compared-curve.tsx';
import { ComparedPictures } from './compared-pictures.tsx';
import '../shared/legend.css';
import '../shared/compare-table.css';
import './comparison.css';

const axes = [
  ['epoch', 'Epochs'],
  ['time', 'Time'],
] as const;

/** Several runs beside each other: curves, what differs in their settings, results, pictures of the same images. */
export function Comparison({
  runs,
  colours,
  onClose,
}: {
  runs: readonly KeptRun[];
  /** Places of runColour, by run. */
  colours: ReadonlyMap<string, number>;
  onClose: () => void;
}) {
  const [axis, setAxis] = useState<CurveAxis>('epoch');
  const [smoothing, setSmoothing] = useState(0);
  const [log, setLog] = useState(false);
  const [zoom, setZoom] = useState<readonly [number, number]>([0, 1]);
  const [at, setAt] = useState<number | null>(null);
  const id = useId();
  const [from, to] = zoom;
  const changeFrom = (value: number) => setZoom([Math.min(value, 0.95), Math.max(to, Math.min(value, 0.95) + 0.05)]);
  const changeTo = (value: number) => setZoom([Math.min(from, Math.max(value, 0.05) - 0.05), Math.max(value, 0.05)]);
  return (
    <section className="below comparison" aria-label="Comparison of runs">
      <div className="bar">
        <h2>Comparison</h2>
        <ul className="legend" aria-label="Colours of the runs">
          {runs.map(run => (
            <li key={run.id} title={run.name}>
              <span className="run-colour" style={{ background: runColour(colours.get(run.id)) }} aria-hidden="true" />
              <span className="legend-name">{run.name}</span>
            </li>
          ))}
        </ul>
        <span className="spring" />
        <span className="sub">solid: validation, dashed: train</span>
        <button type="button" className="icon small" aria-label="Close comparison" onClick={onClose}>
          <X aria-hidden />
        </button>
      </div>
      <div className="scroll run-body">
        <div className="comparison-controls">
          <Segments
            legend="Curves by"
            options={axes}
            value={axis}
            onChange={chosen => {
              setAxis(chosen);
              setAt(null);
            }}
          />
          <Range
            id={`${id}-smoothing`}
            label="Smoothing"
            value={smoothing}
            most={0.95}
            text={smoothing.toFixed(2)}
            onChange={setSmoothing}
          />
          <Range
            id={`${id}-from`}
            label="Zoom from"
            value={from}
            most={0.95}
            text={`${Math.round(from * 100)} %`}
            onChange={changeFrom}
          />
          <Range
            id={`${id}-to`}
            label="Zoom to"
            value={to}
            most={1}
            text={`${Math.round(to * 100)} %`}
            onChange={changeTo}
          />
          <button type="button" className="small" disabled={from === 0 && to === 1} onClick={() => setZoom([0, 1])}>
            Whole curves
          </button>
          <label className="comparison-log">
            <input type="checkbox" checked={log} onChange={({ currentTarget }) => setLog(currentTarget.checked)} />
            <span>Logarithmic loss</span>
          </label>
        </div>
        <div className="curve-grid">
          {figures.map(name => (
            <ComparedCurve
              key={name}
              name={name}
              runs={runs}
              colours={colours}
              axis={axis}
              smoothing={smoothing}
              log={log && name === 'Loss'}
              zoom={zoom}
              at={at}
              onPoint={setAt}
              onZoom={setZoom}
            />
          ))}
        </div>
        <Tables runs={runs} colours={colours} />
        <ComparedPictures runs={runs} />
      </div>
    </section>
  );
}

function Range({
  id,
  label,
  value,
  most,
  text,
  onChange,
}: {
  id: string;
  label: string;
  value: number;
  most: number;
  text: string;
  onChange: (value: number) => void;
}) {
  return (
    <label htmlFor={id} className="slider-field">
      <span>{label}</span>
      <input
        id={id}
        type="range"
        min={0}
        max={most}
        step={0.05}
        value={value}
        aria-valuetext={text}
        onChange={({ currentTarget }) => onChange(Number(currentTarget.value))}
      />
      <output>{text}</output>
    </label>
  );
}

const results: [string, (run: KeptRun) => string][] = [
  ['Best validation Dice', run => formatScore(bestValDice(run), 4)],
  ['Test mean Dice', ({ test }) => formatScore(test?.meanDice, 4)],
  ['Test median Dice', ({ test }) => formatScore(test?.medianDice, 4)],
  ['Test lowest Dice', ({ test }) => formatScore(test?.minDice, 4)],
  ['Test thresholded Jaccard', ({ test }) => formatScore(test?.meanThresholdedJaccard, 4)],
  ['Epochs', ({ epochs, bestEpoch }) => `${epochs.length}${bestEpoch === null ? '' : `, best ${bestEpoch}`}`],
  ['Time', run => formatDuration(trainedSeconds(run))],
  ['Images per second', ({ epochs }) => formatRate(epochs.at(-1)?.imagesPerSecond ?? 0)],
  ['Data', ({ dataset, split }) => `${dataset.source}, ${split.train} : ${split.validation} : ${split.test}`],
  ['Corrected masks', ({ dataset }) => formatCount(dataset.corrected ?? 0)],
  ['Device', ({ device }) => device?.description || device?.architecture || '–'],
];

function Tables({ runs, colours }: { runs: readonly KeptRun[]; colours: ReadonlyMap<string, number> }) {
  const { differing, shared } = useMemo(() => settingRows(runs), [runs]);
  const names = runs.map(({ id, name }) => ({ id, name, colour: runColour(colours.get(id)) }));
  return (
    <div className="comparison-tables">
      <CompareTable
        title="Settings that differ"
        names={names}
        rows={differing.map(({ name, values }) => ({ name: settingTexts[name].label, values }))}
        none="None: the runs have the same settings."
      />
      <details className="finer">
        <summary>{`Settings that are the same (${shared.length})`}</summary>
        <p className="help number">
          {shared.map(({ name, values }) => `${settingTexts[name].label} ${values[0]}`).join(' · ')}
        </p>
      </details>
      <CompareTable
        title="Results"
        names={names}
        rows={results.map(([name, read]) => ({ name, values: runs.map(read) }))}
        none=""
      />
    </div>
  );
}

function CompareTable({
  title,
  names,
  rows,
  none,
}: {
  title: string;
  names: readonly { id: string; name: string; colour: string }[];
  rows: readonly { name: string; values: readonly string[] }[];
  none: string;
}) {
  if (rows.length === 0) return <p className="help">{`${title}: ${none}`}</p>;
  return (
    <ScrollArea className="scroll compared" label={`${title}, scrollable`}>
      <table aria-label={title} className="compare-table">
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {names.map(({ id, name, colour }) => (
              <th key={id} scope="col" className="numeric">
                <span className="run-colour" style={{ background: colour }} aria-hidden="true" />
                <span>{name}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, values }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {values.map((value, place) => (
                <td key={names[place]?.id} className="numeric">
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
