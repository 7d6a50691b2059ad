import * as Menu from '@radix-ui/react-dropdown-menu';
import { ChevronDown, Download } from 'lucide-react';
import './menu.css';

type Decimal = '.' | ',';

/** As formats/csv-text.ts has it. */
export interface SpreadsheetStyle {
  readonly mark: true;
  readonly decimal: Decimal;
}

const signs: readonly (readonly [Decimal, string])[] = [
  ['.', 'Decimal point: 0.5'],
  [',', 'Decimal comma: 0,5'],
];

/** A spreadsheet reads figures as its language writes them, which a page cannot know. */
export function SpreadsheetMenu({
  onTake,
  className,
}: {
  onTake: (style: SpreadsheetStyle) => void;
  className?: string;
}) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className={className}>
        <span>CSV for spreadsheets</span>
        <ChevronDown aria-hidden />
      </Menu.Trigger>
      {/* No portal: what stands outside of the place's landmarks is not found by them. */}
      <Menu.Content className="menu" align="end" sideOffset={4} collisionPadding={12} loop>
        {signs.map(([sign, title]) => (
          <Menu.Item key={sign} className="menu-item" onSelect={() => onTake({ mark: true, decimal: sign })}>
            <Download aria-hidden />
            {title}
          </Menu.Item>
        ))}
      </Menu.Content>
    </Menu.Root>
  );
}
