/**
 * What a table beside the images says of them: which belong together (one lesion, one patient), and all its other columns. HAM10000's and
 * the ISIC archive's headers, and any with an image column. Pure: text in. A file that is no such table says nothing.
 */

const imageColumns = [
  'image_id',
  'isic_id',
  'image',
  'image_name',
  'img_id',
  'image_filename',
  'filename',
  'file_name',
  'file',
];
const groupColumns = ['patient_id', 'lesion_id'];

export interface ImageTable {
  /** By the image's name without ending, in lower case. */
  readonly rows: ReadonlyMap<
    string,
    { readonly patient: string; readonly lesion: string; readonly other: readonly string[] }
  >;
  /** Names of the other columns, as written. */
  readonly columns: readonly string[];
}

/** Null where there is no image column. */
export function readImageTable(text: string): ImageTable | null {
  const [header, ...lines] = parseCsv(text.replace(/^\uFEFF/, ''));
  if (!header) return null;
  const names = header.map(name => name.trim().toLowerCase().replaceAll(' ', '_'));
  const image = imageColumns.map(name => names.indexOf(name)).find(at => at >= 0);
  if (image === undefined) return null;
  const [patient = -1, lesion = -1] = groupColumns.map(name => names.indexOf(name));
  const others = names.flatMap((_, at) => (at === image || at === patient || at === lesion ? [] : [at]));
  const rows = new Map<string, { patient: string; lesion: string; other: string[] }>();
  for (const line of lines) {
    const cell = (at: number) => line[at]?.trim() ?? '';
    const name = cell(image).replaceAll('\\', '/').split('/').at(-1) ?? '';
    const key = name.replace(/\.(jpe?g|jpe|jfif|png|webp|bmp|tiff?)$/i, '').toLowerCase();
    // The first line of a name counts.
    if (key !== '' && !rows.has(key))
      rows.set(key, { patient: cell(patient), lesion: cell(lesion), other: others.map(cell) });
  }
  return { rows, columns: others.map(at => header[at]?.trim() ?? '') };
}

export interface TableFacts {
  /** For each image the name of the group that it shares; '' for none. */
  readonly groupNames: string[];
  /** Other columns, a value for each image, '' where the table has none. */
  readonly metadata: Record<string, string[]>;
}

/**
 * `names` are the images' names without folder and ending. Images of one patient are a group, and so are those of one lesion where no
 * patient is known; a lesion's images follow it to its patient.
 */
export function tableFacts(tables: readonly ImageTable[], names: readonly string[]): TableFacts {
  const patientOfLesion = new Map<string, string>();
  for (const { rows } of tables)
    for (const { patient, lesion } of rows.values())
      if (patient !== '' && lesion !== '' && !patientOfLesion.has(lesion)) patientOfLesion.set(lesion, patient);
  const metadata: Record<string, string[]> = Object.create(null);
  const groupNames = names.map(() => '');
  for (const { rows, columns } of tables) {
    for (const [i, name] of names.entries()) {
      const row = rows.get(name.toLowerCase());
      if (!row) continue;
      const patient = row.patient || patientOfLesion.get(row.lesion) || '';
      if (groupNames[i] === '' && (patient !== '' || row.lesion !== ''))
        groupNames[i] = patient !== '' ? `patient ${patient}` : `lesion ${row.lesion}`;
      for (const [at, column] of columns.entries()) {
        metadata[column] ??= names.map(() => '');
        const values = metadata[column];
        if (values && values[i] === '') values[i] = row.other[at] ?? '';
      }
    }
  }
  return { groupNames, metadata };
}

/** Numbers of groups in which those of one name, or of one number before, are together. */
export function joinNamed(groups: readonly number[], groupNames: readonly string[]): number[] {
  const parent = new Map<number, number>();
  const root = (group: number): number => {
    let at = group;
    for (let above = parent.get(at); above !== undefined; above = parent.get(at)) at = above;
    return at;
  };
  const first = new Map<string, number>();
  for (const [i, name] of groupNames.entries()) {
    const own = root(groups[i] ?? -1);
    const known = name === '' ? undefined : first.get(name);
    if (name !== '' && known === undefined) first.set(name, own);
    if (known !== undefined && root(known) !== own) parent.set(own, root(known));
  }
  const numbers = new Map<number, number>();
  return groups.map(group => {
    const at = root(group);
    const number = numbers.get(at) ?? numbers.size;
    numbers.set(at, number);
    return number;
  });
}

/** RFC 4180, with semicolons or tabs too where the first line has more of them. */
function parseCsv(text: string): string[][] {
  const head = text.slice(0, text.search(/[\r\n]|$/));
  const count = (mark: string) => head.split(mark).length;
  const mark = [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
  const lines: string[][] = [];
  let line: string[] = [];
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${mark}\\r\\n][^${mark}\\r\\n]*)?)(${mark}|\\r\\n|\\n|\\r|$)`, 'y');
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    // A stray quote: the rest is no table.
    if (!found) break;
    line.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] !== mark) {
      lines.push(line);
      line = [];
    }
  }
  if (line.length > 0) lines.push(line);
  return lines;
}
