/** The guide's table of all settings, written from their records. Pure. */
import { type AnySettingName, settingNames, settingRecords } from '../../protocol/settings.ts';
import { groupTitles, settingTexts } from './texts.ts';
import { paperText, rangeText } from './words.ts';

/** Markdown: a row for each setting, by its name in the address and on the command line. */
export function guideTable(): string {
  const names = Object.keys(settingRecords) as AnySettingName[];
  const pages = names.filter(name => !(settingNames as string[]).includes(name));
  return [
    '| key | field | range | default | paper | what it does |',
    '| --- | --- | --- | --- | --- | --- |',
    ...[...settingNames, ...pages].map(row),
  ].join('\n');
}

function row(name: AnySettingName): string {
  const record = settingRecords[name];
  const { label, hint, unit } = settingTexts[name];
  const off = record.kind === 'number' && record.off !== undefined ? `; ${record.off} is off` : '';
  const range = `${record.kind === 'choice' ? record.choices.map(code).join(', ') : rangeText(record)}${off}`;
  const plain = record.kind === 'switch' ? (record.default ? '1' : '0') : String(record.default);
  const what = `${hint}${unit ? `, in ${unit}` : ''}`;
  return `| ${code(name)} | ${label} (${groupTitles[record.group]}) | ${range} | ${plain} | ${paperText(name) ?? ''} | ${what} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
