/** Runs that were trained elsewhere: their reports, and models where they are given, into the run book. */
import { type ReportedRun, readReport } from '../../formats/report-file.ts';
import { sha256 } from '../../formats/sha256.ts';
import { AppError } from '../../protocol/errors.ts';
import { samePreparation } from '../../protocol/preparation.ts';
import type { RunBook } from '../../store/run-book.ts';
import { readModelFiles, type Stored } from './models.ts';
import { firstName, inTurn, readRun, whyNotKept } from './run-records.ts';

/** A thousand images with all their scores are under 1 MB. */
const LARGEST_REPORT = 100e6;

interface Found {
  readonly file: string;
  readonly id: string;
  readonly at: number;
  readonly report: ReportedRun;
  model?: Stored;
}

/**
 * All files are read before anything is kept: one that is bad leaves the list as it was. The same report again is the same run, whose name and note
 * stay. Throws AppError 'bad-report', what readModelFiles throws, or 'storage-full'.
 */
export async function importRuns(book: RunBook, files: readonly File[]): Promise<{ runs: number; weights: number }> {
  const isReport = ({ name }: File) => name.toLowerCase().endsWith('.json');
  const found: Found[] = [];
  for (const file of files.filter(isReport)) {
    if (file.size > LARGEST_REPORT) throw bad(`${file.name} is too large to be a report`, 'choose a report.json');
    const text = await file.text();
    const id = `import-${(await sha256(text)).slice(0, 16)}`;
    const report = readReport(text, file.name);
    if (!found.some(other => other.id === id)) found.push({ file: file.name, id, at: file.lastModified, report });
  }
  for (const file of files.filter(file => !isReport(file))) {
    const model = await readModelFiles([file]);
    const own = found.find(run => !run.model && belongs(model, run.report));
    if (!own)
      throw bad(
        `No report among these files tells of the model ${file.name}`,
        'choose its report.json with it, or use Open model files for a model alone',
      );
    own.model = model;
  }
  if (found.length === 0) throw bad('No report was chosen', 'choose the report.json of a training');
  for (const run of found) await inTurn(() => keep(book, run));
  return { runs: found.length, weights: found.filter(({ model }) => model).length };
}

/** Made by the epoch that the report calls the best, to the last digit of its Dice. */
function belongs({ info }: Stored, { settings, bestEpoch, epochs }: ReportedRun): boolean {
  const best = epochs.find(({ epoch }) => epoch === bestEpoch);
  return (
    info.arch === settings.arch &&
    info.filters === settings.filters &&
    samePreparation(info, settings) &&
    info.bestEpoch === bestEpoch &&
    info.valDice === best?.valDice
  );
}

async function keep(book: RunBook, { file, id, at, report, model }: Found): Promise<void> {
  const before = await readRun(book, id).catch(() => undefined);
  const bytes = [...(model?.weights.values() ?? [])].reduce((sum, { byteLength }) => sum + byteLength, 0);
  try {
    const number = before ? 0 : (await book.list()).length + 1;
    const given = before ?? {
      name: firstName(number, report.settings, report.split),
      note: `Imported from ${file}`,
      startedAt: at,
    };
    const { name, note, startedAt } = given;
    const record = { ...report, id, name, note, startedAt, savedAt: Date.now(), bytes: bytes || (before?.bytes ?? 0) };
    await book.put(id, record, model?.weights);
  } catch (cause) {
    throw await whyNotKept(bytes, cause);
  }
}

function bad(happened: string, remedy: string): AppError {
  return new AppError('bad-report', happened, remedy);
}
