import { ActionButton } from '../shared/action-button.tsx';
import { download } from '../shared/download.ts';
import { plural } from '../shared/format.ts';
import { useStudio } from '../studio-context.ts';

/** How many masks were corrected, and the data set with its present masks as a file. */
export function ExportDataSet() {
  const exportDataSet = useStudio(state => state.exportDataSet);
  const corrected = useStudio(({ dataset }) => dataset?.corrected?.length ?? 0);
  const exporting = useStudio(state => state.exporting);
  const take = async () => {
    const file = await exportDataSet();
    if (file) download(file);
  };
  return (
    <div className="actions">
      <ActionButton
        action={exportDataSet}
        title="Images and present masks in ISIC’s names, with a table of what was corrected"
        onClick={() => void take()}
      >
        Export data set
      </ActionButton>
      <span className="sub number" role="status">
        {exporting
          ? `${exporting.done} of ${exporting.total} pairs`
          : corrected > 0
            ? `${plural(corrected, 'mask')} corrected`
            : ''}
      </span>
    </div>
  );
}
