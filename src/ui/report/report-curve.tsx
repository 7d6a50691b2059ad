import type { EpochRecord } from '../../protocol/run.ts';
import { epochTicks, type FigureName } from '../curves/series.ts';
import { formatScore } from '../shared/format.ts';

const keys = {
  Dice: ['dice', 'valDice'],
  Accuracy: ['accuracy', 'valAccuracy'],
  Loss: ['loss', 'valLoss'],
} as const;

const width = 300;
const height = 170;
const plot = { left: 34, right: 292, top: 8, bottom: 146 };

/** A figure of the report as plain SVG, one point per epoch: the report has no scripts. */
export function ReportCurve({ name, epochs }: { name: FigureName; epochs: readonly EpochRecord[] }) {
  const [train, validation] = keys[name];
  const values = epochs.flatMap(record => [record[train], record[validation]]).filter(Number.isFinite);
  const top = name === 'Loss' ? ceiling(Math.max(0, ...values)) : 1;
  const last = Math.max(1, epochs.at(-1)?.epoch ?? 1);
  const x = (epoch: number) => plot.left + (epoch / last) * (plot.right - plot.left);
  const y = (value: number) => plot.bottom - (value / top) * (plot.bottom - plot.top);
  const path = (key: (typeof keys)[FigureName][number]) => {
    const points = epochs.filter(record => Number.isFinite(record[key]));
    // A single epoch is a dot: a path of one point draws its round cap.
    return points.map((record, i) => `${i ? 'L' : 'M'}${round(x(record.epoch))} ${round(y(record[key]))}`).join('');
  };
  const newest = epochs.at(-1);
  return (
    <figure>
      <figcaption>{name}</figcaption>
      <p className="soft">
        <span className="key-train">{`train ${formatScore(newest?.[train], 4)}`}</span>
        {' · '}
        <span className="key-validation">{`validation ${formatScore(newest?.[validation], 4)} (dashed)`}</span>
      </p>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${name} by epoch`}>
        {[0, 0.25, 0.5, 0.75, 1].map(share => (
          <g key={share}>
            <path className="axis" d={`M${plot.left} ${y(share * top)}H${plot.right}`} />
            <text x={plot.left - 4} y={y(share * top) + 4} textAnchor="end">
              {Math.round(share * top * 100) / 100}
            </text>
          </g>
        ))}
        {epochTicks(last).map(tick => (
          <text key={tick} x={x(tick)} y={height - 8} textAnchor="middle">
            {tick}
          </text>
        ))}
        <path className="line train" strokeLinecap="round" d={path(train)} />
        <path className="line validation" strokeLinecap="round" d={path(validation)} />
      </svg>
    </figure>
  );
}

/** The least of 1, 2, 4 and 8 times a power of ten that is no lower: its quarters are short numbers. */
function ceiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 8, 10].map(factor => factor * power).find(bound => bound >= value) ?? 10 * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
