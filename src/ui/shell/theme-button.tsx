import { Moon, Sun, SunMoon } from 'lucide-react';
import { useState } from 'react';
import { applyTheme, storedTheme, type Theme, themes } from '../shared/theme.ts';

const icons = { system: SunMoon, light: Sun, dark: Moon } satisfies Record<Theme, typeof Sun>;
const names: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' };

/** One theme after the other. */
export function ThemeButton() {
  const [theme, setTheme] = useState(storedTheme);
  const Icon = icons[theme];
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
  return (
    <button
      type="button"
      className="icon"
      aria-label={`Theme: ${names[theme]}`}
      title={`Theme: ${names[theme]}. Press for ${names[next]}.`}
      onClick={() => {
        setTheme(next);
        applyTheme(next);
      }}
    >
      <Icon aria-hidden />
    </button>
  );
}
