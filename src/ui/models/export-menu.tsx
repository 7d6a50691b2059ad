import * as Menu from '@radix-ui/react-dropdown-menu';
import { Box, ChevronDown, Download, FileText, Share2 } from 'lucide-react';
import { Fragment, type ReactNode, useEffect, useState } from 'react';
import { exportNames, exportRecords, modelFormatRecords, modelFormats } from '../../protocol/model-formats.ts';
import { useRefusal } from '../shared/action-button.tsx';
import { useStudio } from '../studio-context.ts';
import type { Exports } from './use-exports.ts';
import '../shared/menu.css';

interface Item {
  readonly title: string;
  readonly icon: ReactNode;
  readonly refused: string;
  readonly take: () => void;
}

/** Everything but the two files that most people want, which are buttons beside it. */
export function ExportMenu({ exports, open: openedAtOnce }: { exports: Exports; open: boolean }) {
  const noModel = useRefusal(useStudio(state => state.exportModel));
  const noTool = useRefusal(useStudio(state => state.exportModelFor));
  const noPairs = useRefusal(useStudio(state => state.exportForNnunet));
  const noReport = useRefusal(useStudio(state => state.exportHtml));
  const [open, setOpen] = useState(false);
  // Not from the first drawing on: what it stands beside must have its place.
  useEffect(() => setOpen(openedAtOnce), [openedAtOnce]);
  const groups: readonly (readonly [name: string, items: readonly Item[]])[] = [
    [
      'Model',
      modelFormats
        .filter(format => format !== 'layers')
        .map(format => ({
          title: modelFormatRecords[format].title,
          icon: <Box aria-hidden />,
          refused: noModel,
          take: () => exports.model(format),
        })),
    ],
    [
      'For other tools',
      exportNames.map(name => ({
        title: `Export for ${exportRecords[name].title}`,
        icon: <Share2 aria-hidden />,
        refused: name === 'nnunet' ? noPairs : noTool,
        take: () => exports.tool(name),
      })),
    ],
    [
      'Report',
      [{ title: 'Export HTML report', icon: <FileText aria-hidden />, refused: noReport, take: exports.html }],
    ],
  ];
  return (
    <Menu.Root modal={false} open={open} onOpenChange={setOpen}>
      <Menu.Trigger disabled={exports.writing !== ''}>
        <Download aria-hidden />
        <span>Export</span>
        <ChevronDown aria-hidden />
      </Menu.Trigger>
      {/* No portal: what stands outside of the place's landmarks is not found by them. */}
      <Menu.Content className="menu" align="end" sideOffset={4} collisionPadding={12} loop>
        {groups.map(([name, items]) => (
          <Fragment key={name}>
            <Menu.Label className="menu-label">{name}</Menu.Label>
            {items.map(({ title, icon, refused, take }) => (
              <Menu.Item
                key={title}
                className="menu-item"
                disabled={refused !== ''}
                title={refused || undefined}
                onSelect={take}
              >
                {icon}
                {title}
              </Menu.Item>
            ))}
          </Fragment>
        ))}
      </Menu.Content>
    </Menu.Root>
  );
}
