/** Plain data as YAML 1.2: block lists and mappings, and every text in double quotes as JSON writes it, which YAML reads the same. */

export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain | undefined };

/** Throws RangeError for numbers that are not finite. Keys with the value undefined are left out. */
export function toYaml(value: Plain): string {
  return `${lines(value).join('\n')}\n`;
}

function lines(value: Plain): string[] {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} has no place in YAML`);
  if (value === null || typeof value !== 'object') return [JSON.stringify(value)];
  if (Array.isArray(value))
    return value.length === 0
      ? ['[]']
      : (value as readonly Plain[]).flatMap(item =>
          lines(item).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`)),
        );
  const entries = Object.entries(value).filter((entry): entry is [string, Plain] => entry[1] !== undefined);
  if (entries.length === 0) return ['{}'];
  return entries.flatMap(([key, item]) => {
    const name = /^[A-Za-z_][\w]*$/.test(key) ? key : JSON.stringify(key);
    const inner = lines(item);
    const block = typeof item === 'object' && item !== null && Object.keys(item).length > 0;
    return block ? [`${name}:`, ...inner.map(line => `  ${line}`)] : [`${name}: ${inner[0]}`];
  });
}
