/** What all charts share. */

export const axisTick = { fill: 'var(--ink-soft)', fontSize: 11 };

export const tooltipLook = {
  isAnimationActive: false,
  contentStyle: {
    background: 'var(--surface)',
    border: '1px solid var(--line-strong)',
    borderRadius: 6,
    fontSize: 12,
  },
  labelStyle: { color: 'var(--ink)' },
} as const;
