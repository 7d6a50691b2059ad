import { useState } from 'react';
import { applyTheme, storedTheme, themes } from '../shared/theme.ts';
import './theme-toggle.css';

export function ThemeToggle() {
  const [theme, setTheme] = useState(storedTheme);
  return (
    <fieldset className="segmented">
      <legend className="visually-hidden">Theme</legend>
      {themes.map(name => (
        <label key={name}>
          <input
            type="radio"
            name="theme"
            value={name}
            checked={theme === name}
            onChange={() => {
              setTheme(name);
              applyTheme(name);
            }}
          />
          <span>{`${name[0]?.toUpperCase()}${name.slice(1)}`}</span>
        </label>
      ))}
    </fieldset>
  );
}
