/** The plan at hand, taken apart: its memory as a picture, its operations as a table, and one of them whole. All from one value. */
import { useMemo, useState } from 'react';
import type { PlanDescription } from '../../protocol/inspection.ts';
import { formatBytes, formatLarge, plural } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { OperationDetail } from './operation-detail.tsx';
import { listed, type Order, orders, totals } from './operations.ts';
import { SlotLives } from './slot-lives.tsx';
import '../shared/inline-field.css';
import './inspect.css';

/** Steps that one press times: browsers round to 0.1 ms, which a mean makes finer. */
export const TIMED_STEPS = 8;

export interface InspectPanelProps {
  /** null where no engine with a plan is at hand; undefined before the first answer. */
  readonly plan: PlanDescription | null | undefined;
  readonly onRefresh: () => void;
  /** The next steps are to be timed. */
  readonly onTime: () => void;
}

export function InspectPanel({ plan, onRefresh, onTime }: InspectPanelProps) {
  return (
    <section className="inspect" aria-labelledby="inspect-title">
      <h2 id="inspect-title">Inspector</h2>
      <div className="actions">
        <button type="button" onClick={onRefresh}>
          Refresh
        </button>
        <button type="button" disabled={!plan?.timing.possible} onClick={onTime}>
          {`Time ${TIMED_STEPS} steps`}
        </button>
        <p className="help" role="status">
          {plan ? timingText(plan) : plan === null ? NO_PLAN : 'Asking the training worker …'}
        </p>
      </div>
      {plan && <Plan plan={plan} />}
    </section>
  );
}

const NO_PLAN =
  'No plan is at hand: start training, or load a model and test it, with an engine that plans its steps. Then refresh.';

function timingText({ timing, operations, shaders }: PlanDescription): string {
  if (!operations.some(({ part }) => part === 'training'))
    return 'This engine only predicts: steps are timed in a run.';
  if (shaders.length === 0) return 'This engine runs on the CPU: there are no shaders and no GPU times.';
  if (!timing.possible) return 'GPU times are not to be had: this device has no timestamp queries.';
  if (timing.steps === 0) return 'No step has been timed yet: press the button while training goes on.';
  return `GPU times are means of ${plural(timing.steps, 'step')}. Browsers round each to about 0.1 ms.`;
}

function Plan({ plan }: { plan: PlanDescription }) {
  const [text, setText] = useState('');
  const [order, setOrder] = useState<Order>('as run');
  const [selected, setSelected] = useState<number>();
  const rows = useMemo(() => listed(plan, text, order), [plan, text, order]);
  const all = useMemo(() => totals(plan.operations.filter(({ part }) => part !== 'prediction')), [plan]);
  const sum = totals(rows);
  const memory = plan.buffers.reduce((total, bytes) => total + bytes, 0);
  return (
    <>
      <dl className="inspect-pairs">
        <Fact name="Engine">{`${plan.engine}, ${plan.size} × ${plan.size}, batch ${plan.batch}`}</Fact>
        <Fact name="Operations in a step">{String(all.count)}</Fact>
        <Fact name="Shaders">{String(plan.shaders.length)}</Fact>
        <Fact name="Memory">{`${formatBytes(memory)} in ${plural(plan.buffers.length, 'buffer')}`}</Fact>
        <Fact name="Bytes touched in a step">{formatBytes(all.bytes)}</Fact>
        <Fact name="FLOP in a step">{formatLarge(all.flops)}</Fact>
        <Fact name="GPU time of a step">{milliseconds(all.milliseconds)}</Fact>
      </dl>
      <SlotLives plan={plan} selected={selected} onSelect={setSelected} />
      <div className="actions">
        <label className="inline-field">
          <span>Find</span>
          <input value={text} spellCheck={false} onChange={({ currentTarget }) => setText(currentTarget.value)} />
        </label>
        <label className="inline-field">
          <span>Order</span>
          <select
            value={order}
            onChange={({ currentTarget }) => setOrder(orders.find(name => name === currentTarget.value) ?? 'as run')}
          >
            {orders.map(name => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      </div>
      <div className="inspect-columns">
        <ScrollArea label="Operations" className="scroll inspect-operations">
          <table>
            <caption className="visually-hidden">Operations of the plan</caption>
            <thead>
              <tr>
                <th scope="col" className="numeric">
                  #
                </th>
                <th scope="col">Layer</th>
                <th scope="col">Operation</th>
                <th scope="col">Part</th>
                <th scope="col" className="numeric">
                  Workgroups
                </th>
                <th scope="col" className="numeric">
                  Threads each
                </th>
                <th scope="col" className="numeric">
                  Bytes
                </th>
                <th scope="col" className="numeric">
                  FLOP
                </th>
                <th scope="col" className="numeric">
                  GPU time
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <tr key={row.number} className={row.number === selected ? 'inspect-chosen' : undefined}>
                  <td className="numeric">{row.number + 1}</td>
                  <td>{row.layer ?? '–'}</td>
                  <td>
                    <button
                      type="button"
                      className="inspect-open"
                      aria-label={row.label}
                      aria-pressed={row.number === selected}
                      onClick={() => setSelected(row.number)}
                    >
                      {row.layer === null ? row.label : row.label.slice(row.layer.length + 1)}
                    </button>
                  </td>
                  <td>{row.part}</td>
                  <td className="numeric">{row.kernel?.workgroups.join(' × ') ?? '–'}</td>
                  <td className="numeric">{row.kernel?.workgroupSize.join(' × ') ?? '–'}</td>
                  <td className="numeric">{formatBytes(row.bytes)}</td>
                  <td className="numeric">{row.flops > 0 ? formatLarge(row.flops) : '–'}</td>
                  <td className="numeric">{milliseconds(row.milliseconds)}</td>
                </tr>
              ))}
            </tbody>
            <tfoot>
              <tr className="inspect-sum">
                <th scope="row" colSpan={6}>{`Sum of ${plural(sum.count, 'operation')}`}</th>
                <td className="numeric">{formatBytes(sum.bytes)}</td>
                <td className="numeric">{formatLarge(sum.flops)}</td>
                <td className="numeric">{milliseconds(sum.milliseconds)}</td>
              </tr>
            </tfoot>
          </table>
        </ScrollArea>
        {selected === undefined ? (
          <p className="help">Choose an operation to see its bindings, constants and shader.</p>
        ) : (
          <OperationDetail plan={plan} number={selected} />
        )}
      </div>
    </>
  );
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="number">{children}</dd>
    </div>
  );
}

function milliseconds(value: number | null): string {
  return value === null ? '–' : `${value.toFixed(3)} ms`;
}
