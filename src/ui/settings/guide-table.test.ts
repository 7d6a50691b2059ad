import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingRecords } from '../../protocol/settings.ts';
import { guideTable } from './guide-table.ts';

test('the guide’s table is the one that the records give; npm run docs writes it', () => {
  const guide = readFileSync('docs/guide.md', 'utf8');
  const [, table] = /<!-- begin:settings -->\n([\s\S]*?)\n<!-- end:settings -->/.exec(guide) ?? [];
  expect(table).toBe(guideTable());
});

test('it has a row for each setting, with as many cells as the heading', () => {
  const rows = guideTable().split('\n');
  expect(rows).toHaveLength(2 + Object.keys(settingRecords).length);
  for (const row of rows) expect(row.split('|'), row).toHaveLength(8);
  expect(guideTable()).toContain(
    '| `size` | Image size (Training settings) | 16 to 512, a multiple of 16 | 128 | 256 | Side of the square, in pixels |',
  );
});
