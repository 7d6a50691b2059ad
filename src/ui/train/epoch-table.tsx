import { memo } from 'react';
import type { EpochRecord } from '../../protocol/run.ts';
import { formatRate, formatScore } from '../shared/format.ts';
import { ScrollArea } from '../shared/scroll-area.tsx';
import { useStudio } from '../studio-context.ts';
import './epoch-table.css';

const none: readonly EpochRecord[] = [];

/** A row for each epoch of the run at hand, the newest first. */
export function EpochTable() {
  const epochs = useStudio(({ run }) => run?.epochs ?? none);
  const best = useStudio(({ run }) => run?.bestEpoch ?? null);
  if (epochs.length === 0) return <p className="waiting-for epochs-to-come">One row for each epoch.</p>;
  return <EpochRows epochs={epochs} best={best} label="Epochs" />;
}

export function EpochRows({
  epochs,
  best,
  label,
}: {
  epochs: readonly EpochRecord[];
  best: number | null;
  label: string;
}) {
  return (
    <ScrollArea className="scroll epoch-table" label={`${label}, scrollable`}>
      <table className="epochs" aria-label={label}>
        <thead>
          <tr>
            <th scope="col">Epoch</th>
            {columns.map(({ title }) => (
              <th key={title} scope="col" className="numeric">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {epochs.toReversed().map(epoch => (
            <EpochRow key={epoch.epoch} epoch={epoch} best={epoch.epoch === best} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

const EpochRow = memo(function EpochRow({ epoch, best }: { epoch: EpochRecord; best: boolean }) {
  return (
    <tr data-best={best || undefined}>
      <th scope="row" className="number">
        {epoch.epoch}
        {best && <span className="tag">best</span>}
      </th>
      {columns.map(({ title, text }) => (
        <td key={title} className="numeric">
          {text(epoch)}
        </td>
      ))}
    </tr>
  );
});

const columns: readonly { title: string; text: (epoch: EpochRecord) => string }[] = [
  { title: 'Dice train', text: ({ dice }) => formatScore(dice, 4) },
  { title: 'Dice validation', text: ({ valDice }) => formatScore(valDice, 4) },
  { title: 'Loss train', text: ({ loss }) => formatScore(loss, 4) },
  { title: 'Loss validation', text: ({ valLoss }) => formatScore(valLoss, 4) },
  { title: 'Accuracy train', text: ({ accuracy }) => formatScore(accuracy, 4) },
  { title: 'Accuracy validation', text: ({ valAccuracy }) => formatScore(valAccuracy, 4) },
  { title: 'Rate', text: ({ learningRate }) => learningRate.toExponential(2) },
  { title: 'Seconds', text: ({ seconds }) => seconds.toFixed(1) },
  { title: 'Images/s', text: ({ imagesPerSecond }) => formatRate(imagesPerSecond) },
];
