import { useMemo } from 'react';
import type { PlanDescription } from '../../protocol/inspection.ts';
import { formatBytes, plural } from '../shared/format.ts';
import { livesPicture, type SlotKind } from './lives.ts';

/** In the picture's own units; it is stretched to the place there is. */
const WIDTH = 1000;
const HEIGHT = 320;

const kinds: Record<SlotKind, string> = {
  persistent: 'kept for the engine’s whole life',
  other: 'activations and sums',
  gradient: 'gradients',
};

/** When each slot is in use and where it lies: its height is its bytes, its width the operations from its first use to its last. */
export function SlotLives({
  plan,
  selected,
  onSelect,
}: {
  plan: PlanDescription;
  selected: number | undefined;
  onSelect: (operation: number) => void;
}) {
  const { lives, width, height, borders } = useMemo(() => livesPicture(plan), [plan]);
  const [across, down] = [WIDTH / Math.max(1, width), HEIGHT / Math.max(1, height)];
  const used = lives.reduce((sum, { slot }) => sum + slot.bytes, 0);
  const told = `${plural(lives.length, 'slot')} of ${formatBytes(used)} in ${plural(plan.buffers.length, 'buffer')} of ${formatBytes(height)}`;
  return (
    <figure className="inspect-lives">
      <figcaption>
        <strong>Memory over a step</strong>
        <span className="help">{`${told}. Time runs to the right, one column for each operation; heights are bytes. Point at a slot for its name, click it to see what writes it first.`}</span>
      </figcaption>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: for the pointer alone; the table below has the same by keyboard. */}
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Lives of the slots: ${told}`}
        onClick={({ target }) => {
          const begin = (target as SVGElement).dataset.begin;
          if (begin !== undefined) onSelect(Number(begin));
        }}
      >
        {lives.map(({ slot, kind, x, y, width: wide, height: high }, i) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a slot is its place in the plan; names repeat.
            key={i}
            className={`inspect-${kind}`}
            data-begin={slot.begin}
            x={x * across}
            y={y * down}
            width={wide * across}
            height={Math.max(high * down, 0.5)}
          >
            <title>{`${slot.name}: ${formatBytes(slot.bytes)}, buffer ${slot.buffer}, ${slot.begin + 1} to ${slot.end + 1}`}</title>
          </rect>
        ))}
        {borders.map(at => (
          <line key={at} className="inspect-border" x1={at * across} x2={at * across} y1={0} y2={HEIGHT} />
        ))}
        {selected !== undefined && (
          <rect
            className="inspect-now"
            x={selected * across}
            width={Math.max(across, 2)}
            y={0}
            height={HEIGHT}
            pointerEvents="none"
          />
        )}
      </svg>
      <ul className="plain-list inspect-legend">
        {Object.entries(kinds).map(([kind, name]) => (
          <li key={kind}>
            <span className={`inspect-swatch inspect-${kind}`} aria-hidden="true" />
            {name}
          </li>
        ))}
      </ul>
    </figure>
  );
}
