import * as Menu from '@radix-ui/react-dropdown-menu';
import { Check, Columns3 } from 'lucide-react';
import { type SettingName, settingNames } from '../../protocol/settings.ts';
import { settingTexts } from '../settings/texts.ts';
import '../shared/menu.css';

/** Which settings have a column. The menu stays open: one ticks several. */
export function ColumnsMenu({
  shown,
  onToggle,
}: {
  shown: readonly SettingName[];
  onToggle: (name: SettingName) => void;
}) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className="small columns-button">
        <Columns3 aria-hidden />
        <span>Columns</span>
      </Menu.Trigger>
      {/* No portal: what stands outside of the place's landmarks is not found by them. */}
      <Menu.Content className="menu" align="end" sideOffset={4} collisionPadding={12} loop>
        <Menu.Label className="menu-label">Settings with a column</Menu.Label>
        {settingNames.map(name => (
          <Menu.CheckboxItem
            key={name}
            className="menu-item"
            checked={shown.includes(name)}
            onCheckedChange={() => onToggle(name)}
            onSelect={event => event.preventDefault()}
          >
            <span className="menu-tick">
              <Menu.ItemIndicator>
                <Check aria-hidden />
              </Menu.ItemIndicator>
            </span>
            {settingTexts[name].label}
          </Menu.CheckboxItem>
        ))}
      </Menu.Content>
    </Menu.Root>
  );
}
