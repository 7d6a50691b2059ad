/** Numbers and set-ups as people read them. Fixed digits, so that a column or a status line does not jump. */

import type { Preparation } from '../../protocol/preparation.ts';

/** Whole numbers with thin groups: 3190000 → '3,190,000'. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A score in 0..1 with `digits` decimals; a dash where there is none. */
export function formatScore(value: number | undefined | null, digits = 3): string {
  return value === undefined || value === null || !Number.isFinite(value) ? '–' : value.toFixed(digits);
}

/** Bytes in powers of 1000, three significant digits: 680000000 → '680 MB'. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** Seconds as a person would say them: 4 → '4 s', 95 → '1 min 35 s', 4000 → '1 h 7 min'. Negative counts as 0. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What a status line ends with: ' · 95 s left'; nothing while it is not known. */
export function formatLeft(secondsLeft: number | undefined): string {
  return secondsLeft === undefined ? '' : ` · ${formatDuration(secondsLeft)} left`;
}

/** A speed with three significant digits at most: 0.52, 8.1, 120. */
export function formatRate(perSecond: number): string {
  return perSecond < 1 ? perSecond.toFixed(2) : perSecond < 100 ? perSecond.toFixed(1) : perSecond.toFixed(0);
}

/** Large numbers in a few signs: 3190000 → '3.19 M', 11100000000 → '11.1 G'. */
export function formatLarge(value: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let unit = 0;
  let rest = value;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  const digits = unit === 0 || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
  return `${rest.toFixed(digits)}${units[unit]}`;
}

export function formatDate(milliseconds: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(milliseconds);
}

/** 1 → '1 pair', 12 → '12 pairs'. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What is not plain alone: '64 × 64', '64 × 64, letterbox, colour constancy'. */
export function formatPreparation({ size, framing, constancy }: Preparation): string {
  return [`${size} × ${size}`, framing === 'squeeze' ? '' : framing, constancy ? 'colour constancy' : '']
    .filter(Boolean)
    .join(', ');
}
