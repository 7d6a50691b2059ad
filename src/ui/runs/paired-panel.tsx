import { useMemo, useState } from 'react';
import type { KeptRun } from '../../protocol/kept-runs.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { type CommonImages, commonImages, mostChanged } from './common-images.ts';
import { ImageScatter } from './image-scatter.tsx';
import { differenceText, pText, signed } from './paired-words.ts';
import { Facts } from './run-facts.tsx';
import { TwoPictures } from './two-pictures.tsx';
import { usePaired } from './use-paired.ts';
import './paired-panel.css';

/** Rows of the images that changed most. */
const LISTED = 10;

/** Two of the runs, image by image. */
export function PairedPanel({ runs }: { runs: readonly KeptRun[] }) {
  // The older one first: its difference is what came after it.
  const tested = runs.filter(({ test }) => test !== null).reverse();
  const [chosen, setChosen] = useState<readonly [string, string]>(['', '']);
  const first = tested.find(({ id }) => id === chosen[0]) ?? tested.find(({ id }) => id !== chosen[1]);
  const second = tested.find(({ id }) => id === chosen[1] && id !== first?.id) ?? tested.find(run => run !== first);
  return (
    <section className="paired" aria-label="Image by image">
      <div className="paired-head">
        <h3>Image by image</h3>
        {first && second && tested.length > 2 && (
          <>
            <Choice label="First run" runs={tested} value={first.id} onValue={id => setChosen([id, second.id])} />
            <Choice
              label="Second run"
              runs={tested.filter(run => run !== first)}
              value={second.id}
              onValue={id => setChosen([first.id, id])}
            />
          </>
        )}
      </div>
      {first && second ? (
        <Pair key={`${first.id} ${second.id}`} first={first} second={second} />
      ) : (
        <p className="help">Run the test of two of these runs to compare them on its images.</p>
      )}
    </section>
  );
}

function Choice({
  label,
  runs,
  value,
  onValue,
}: {
  label: string;
  runs: readonly KeptRun[];
  value: string;
  onValue: (id: string) => void;
}) {
  return (
    <label className="paired-choice">
      <span>{label}</span>
      <select value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        {runs.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function Pair({ first, second }: { first: KeptRun; second: KeptRun }) {
  const common = useMemo(() => commonImages(first, second), [first, second]);
  if (typeof common === 'string') return <p className="help">{common}</p>;
  return <Compared common={common} runs={[first, second]} />;
}

function Compared({ common, runs: [first, second] }: { common: CommonImages; runs: readonly [KeptRun, KeptRun] }) {
  const paired = usePaired(common);
  const order = useMemo(() => allByChange(common), [common]);
  const [at, setAt] = useState(0);
  const [open, setOpen] = useState<string | null>(null);
  const names = useMemo(() => [first.name, second.name] as const, [first.name, second.name]);
  return (
    <>
      <p className="paired-told" role="status">
        {paired ? differenceText(paired, first.name, second.name) : 'Counting…'}
      </p>
      {common.notes.map(note => (
        <p key={note} className="help">
          {note}
        </p>
      ))}
      <div className="paired-body">
        <div className="paired-facts">
          <Facts
            of={[
              ['Difference in mean Dice', paired ? signed(paired.difference) : '–'],
              [
                '95 % interval',
                paired?.interval ? `${signed(paired.interval.low)} to ${signed(paired.interval.high)}` : '–',
              ],
              ['Wilcoxon p', paired ? pText(paired.ranks.p) : '–'],
              ['Images', String(common.ids.length)],
            ]}
          />
          <p className="help">{`${second.name} minus ${first.name}. Interval: paired bootstrap, 10,000 draws. Another seed can move it too.`}</p>
        </div>
        <ImageScatter common={common} names={names} order={order} at={at} onPoint={setAt} onOpen={setOpen} />
        <Changed common={common} names={names} open={open} onOpen={setOpen} />
        {open !== null && <TwoPictures key={open} id={open} runs={[first, second]} />}
      </div>
    </>
  );
}

/** Every place once: those that changed first. */
function allByChange(common: CommonImages): number[] {
  const changed = mostChanged(common, common.ids.length);
  const known = new Set(changed);
  return [...changed, ...[...common.ids.keys()].filter(i => !known.has(i))];
}

function Changed({
  common,
  names,
  open,
  onOpen,
}: {
  common: CommonImages;
  names: readonly [string, string];
  open: string | null;
  onOpen: (id: string | null) => void;
}) {
  const { ids, first, second } = common;
  const places = useMemo(() => mostChanged(common, LISTED), [common]);
  if (places.length === 0) return <p className="help">No image has another score.</p>;
  return (
    <ScrollArea className="scroll paired-list" label="Images that changed most, scrollable">
      <table aria-label="Images that changed most">
        <thead>
          <tr>
            <th scope="col">Changed most</th>
            {names.map((name, i) => (
              <th key={i === 0 ? 'first' : 'second'} scope="col" className="numeric" title={name}>
                {i === 0 ? 'First' : 'Second'}
              </th>
            ))}
            <th scope="col" className="numeric">
              Change
            </th>
          </tr>
        </thead>
        <tbody>
          {places.map(i => {
            const id = ids[i] ?? '';
            const [a, b] = [first[i] ?? 0, second[i] ?? 0];
            return (
              <tr key={id}>
                <th scope="row">
                  <button
                    type="button"
                    className="link mono"
                    aria-pressed={open === id}
                    onClick={() => onOpen(open === id ? null : id)}
                  >
                    {id}
                  </button>
                </th>
                <td className="numeric">{a.toFixed(3)}</td>
                <td className="numeric">{b.toFixed(3)}</td>
                <td className="numeric">{signed(b - a, 3)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollArea>
  );
}
