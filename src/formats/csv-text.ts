/** Texts in CSV files. */

/**
 * Text as a field: in quotes, with quotes doubled. An id comes from a file's name, which may begin like a formula: an apostrophe before
 * it keeps spreadsheets from computing it.
 */
export function csvText(text: string): string {
  const plain = /^[\s]*[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return `"${plain.replaceAll('"', '""')}"`;
}
