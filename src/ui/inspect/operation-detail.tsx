import type { PlanDescription } from '../../protocol/inspection.ts';
import { CopyButton } from '../shared/copy-button.tsx';
import { formatBytes } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';

/** One operation whole: what it binds, its constants and its shader's text. */
export function OperationDetail({ plan, number }: { plan: PlanDescription; number: number }) {
  const operation = plan.operations[number];
  if (!operation) return null;
  const { label, kernel, bindings } = operation;
  const text = kernel ? (plan.shaders[kernel.shader] ?? '') : '';
  const alike = plan.operations.filter(other => kernel && other.kernel?.shader === kernel.shader).length;
  return (
    <section className="inspect-detail" aria-label={label}>
      <h3>{label}</h3>
      <ScrollArea label="Bindings and constants" className="scroll inspect-facts">
        <table>
          <thead>
            <tr>
              <th scope="col">Binding</th>
              <th scope="col">Access</th>
              <th scope="col">Slot</th>
              <th scope="col" className="numeric">
                Bytes
              </th>
              <th scope="col" className="numeric">
                Buffer
              </th>
            </tr>
          </thead>
          <tbody>
            {bindings.map(({ name, access, slot: place }) => {
              const slot = plan.slots[place];
              return (
                <tr key={name}>
                  <td>{name}</td>
                  <td>{access}</td>
                  <td>{slot?.name}</td>
                  <td className="numeric">{formatBytes(slot?.bytes ?? 0)}</td>
                  <td className="numeric">{slot?.buffer}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {kernel && (
          <dl className="inspect-pairs">
            {Object.entries(kernel.constants).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="number">{Number.isInteger(value) ? value : value.toPrecision(6)}</dd>
              </div>
            ))}
          </dl>
        )}
      </ScrollArea>
      {kernel?.variant && <VariantDetail variant={kernel.variant} />}
      {kernel && (
        <>
          <div className="actions">
            <CopyButton label="Copy shader" done="Shader copied" text={() => text} />
            <span className="help">{`Shader ${kernel.shader + 1} of ${plan.shaders.length}, used by ${alike} of ${plan.operations.length} dispatches`}</span>
          </div>
          <ScrollArea label="Shader text" className="scroll inspect-shader">
            <pre>
              <code>{text}</code>
            </pre>
          </ScrollArea>
        </>
      )}
    </section>
  );
}

type Variant = NonNullable<NonNullable<PlanDescription['operations'][number]['kernel']>['variant']>;

/** Which of several shaders for the work was chosen, and what was measured of each. */
function VariantDetail({ variant: { question, chosen, tried, complete } }: { variant: Variant }) {
  return (
    <ScrollArea label="Variants" className="scroll inspect-facts">
      <p className="help">{`Chosen for ${question}: ${chosen}. ${measuredText(tried.length, complete)}`}</p>
      {tried.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">Variant</th>
              <th scope="col" className="numeric">
                Alone
              </th>
            </tr>
          </thead>
          <tbody>
            {tried.map(({ variant, milliseconds }) => (
              <tr key={variant} className={variant === chosen ? 'inspect-chosen' : undefined}>
                <td>{variant}</td>
                <td className="numeric">
                  {milliseconds === null ? 'computes wrongly here' : `${milliseconds.toPrecision(3)} ms`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </ScrollArea>
  );
}

function measuredText(tried: number, complete: boolean): string {
  if (tried === 0)
    return 'Nothing was measured on this device: it is the first on offer, or the one that the run began with.';
  return complete ? 'All on offer were measured on this device.' : 'Others are measured when the next run is prepared.';
}
