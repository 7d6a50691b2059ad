import { X } from 'lucide-react';
import { useId, useMemo, useState } from 'react';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { type CurveAxis, figures } from '../curves/series.ts';
import { Segments } from '../shared/segments.tsx';
import { sameButSeed } from './common-images.ts';
import { runColour } from './compare.ts';
import { ComparedCurve } from './compared-curve.tsx';
import { ComparedPictures } from './compared-pictures.tsx';
import { ComparedTables } from './compared-tables.tsx';
import { PairedPanel } from './paired-panel.tsx';
import { SeedsPanel } from './seeds-panel.tsx';
import '../shared/legend.css';
import './comparison.css';

const axes = [
  ['epoch', 'Epochs'],
  ['time', 'Time'],
] as const;

const none: readonly never[] = [];

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
  const [joining, setJoining] = useState(false);
  const groups = useMemo(() => sameButSeed(runs), [runs]);
  const joined = joining ? groups : none;
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
        <span className="sub">
          {joining && groups.length > 0
            ? 'joined: mean of validation, band from lowest to highest'
            : 'solid: validation, dashed: train'}
        </span>
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
          {groups.length > 0 && (
            <label className="comparison-log">
              <input
                type="checkbox"
                checked={joining}
                onChange={({ currentTarget }) => setJoining(currentTarget.checked)}
              />
              <span>Join seeds</span>
            </label>
          )}
        </div>
        <div className="curve-grid">
          {figures.map(name => (
            <ComparedCurve
              key={name}
              name={name}
              runs={runs}
              joined={joined}
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
        {groups.length > 0 && <SeedsPanel groups={groups} />}
        <ComparedTables runs={runs} colours={colours} />
        <PairedPanel runs={runs} />
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
