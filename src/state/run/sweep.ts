/**
 * A sweep as it is typed: a line per setting, by the names of the page's address, with the values to try. Pure.
 *
 *   lr = 0.001, 0.0005
 *   seed = 1, 2, 3
 */
import { isRunSetting, nearestName, readSetting } from '../../protocol/setting-values.ts';
import { type RunSettings, settingNames } from '../../protocol/settings.ts';

/** More runs than a person waits for are a slip of the keyboard. */
export const MOST_RUNS = 200;

export type SweepChange = Partial<RunSettings>;

/** Every combination, the last line's values fastest; or what is wrong with the text. */
export function parseSweep(text: string): { readonly runs: readonly SweepChange[] } | { readonly error: string } {
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean);
  if (lines.length === 0) return { error: 'Type a setting and its values, as lr = 0.001, 0.0005' };
  let runs: SweepChange[] = [{}];
  const seen = new Set<string>();
  for (const line of lines) {
    const [, name = '', values = ''] = /^(\w+)\s*[=:]\s*(.+)$/.exec(line) ?? [];
    if (!isRunSetting(name)) return { error: `“${line}” is no setting with values. ${hint(name)}` };
    if (seen.has(name)) return { error: `${name} is set twice` };
    seen.add(name);
    const changes: SweepChange[] = [];
    for (const value of values.split(',').map(part => part.trim())) {
      const read = readSetting(name, value);
      if ('wrong' in read) return { error: `${name}=${value}: ${read.wrong}.` };
      changes.push({ [name]: read.value });
    }
    runs = runs.flatMap(run => changes.map(change => ({ ...run, ...change })));
  }
  return runs.length > MOST_RUNS ? { error: `These are ${runs.length} runs; ${MOST_RUNS} are the most` } : { runs };
}

function hint(name: string): string {
  return name === '' ? `Settings: ${settingNames.join(', ')}` : `Did you mean ${nearestName(name)}?`;
}
