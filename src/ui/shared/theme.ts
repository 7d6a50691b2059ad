/** The colour theme: the system's unless the person chose one, which is kept for the next visit. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const KEY = 'lesion-studio-theme';

export function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return themes.find(theme => theme === stored) ?? 'system';
  } catch {
    // Storage may be switched off: the system's theme does.
    return 'system';
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Holds for this visit only.
  }
}
