/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

/** 1234 as `1,234`; otherwise as `toFixed` rounds it, with a true minus sign. */
export function fixed(value: number, digits: number): string {
  const [whole = '', part] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const zero = /^[0,]*$/.test(grouped) && /^0*$/.test(part ?? '');
  return `${value < 0 && !zero ? '−' : ''}${grouped}${part === undefined ? '' : `.${part}`}`;
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** `low to high` of some values; one number where both are written alike. Throws RangeError without values. */
export function range(values: readonly number[], digits: number): string {
  if (values.length === 0) throw new RangeError('a range of no values');
  const [low, high] = [fixed(Math.min(...values), digits), fixed(Math.max(...values), digits)];
  return low === high ? low : `${low} to ${high}`;
}
