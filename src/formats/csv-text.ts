/** Texts in CSV files. */

/**
 * Text as a field: in quotes, with quotes doubled. An id comes from a file's name, which may begin like a formula: an apostrophe before
 * it keeps spreadsheets from computing it.
 */
export function csvText(text: string): string {
  const plain = /^[\s]*[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${plain.replaceAll('"', '""')}"`;
}

/** How figures stand in a file: for programs as JavaScript writes them, for spreadsheets as they are read where the file is opened. */
export interface CsvStyle {
  /** A byte-order mark: without it Excel reads UTF-8 as the computer's own old code page, and ö becomes Ã¶. */
  readonly mark: boolean;
  /** With a comma in figures, fields are divided by semicolons, as spreadsheets write and expect them there. */
  readonly decimal: '.' | ',';
}

export const forPrograms: CsvStyle = { mark: false, decimal: '.' };

/** A figure with so many decimals, as a field. */
export function csvFigure(value: number, digits: number, { decimal }: Pick<CsvStyle, 'decimal'>): string {
  return value.toFixed(digits).replace('.', decimal);
}

/** Fields that are text are written as they come: see csvText. */
export function csvFile(lines: readonly (readonly (string | number)[])[], { mark, decimal }: CsvStyle): string {
  const field = (value: string | number) => (typeof value === 'number' ? String(value).replace('.', decimal) : value);
  const divider = decimal === ',' ? ';' : ',';
  return `${mark ? '\uFEFF' : ''}${lines.map(line => `${line.map(field).join(divider)}\r\n`).join('')}`;
}
