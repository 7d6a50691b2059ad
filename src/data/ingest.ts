/**
 * From dropped files to a published pixel cache: lists, pairs, reads, decodes, writes, in that order, with a bounded number
 * of pairs in flight. Decoder, store and clock are handed in, so that all of it runs in a test.
 *
 * Promises: one bad file never stops the rest; records are written in the order of ids whatever the order in which they are
 * decoded; nothing is published unless everything went well; the heap holds a few dozen pairs, whatever the archive's size.
 */

import { sha256 } from '../formats/sha256.ts';
import type { HandPairing, SourceFile } from '../protocol/data.ts';
import type { DatasetSummary, IngestProgress, MaskChoice, MaskQuestion, RejectedFile } from '../protocol/dataset.ts';
import { AppError } from '../protocol/errors.ts';
import type { Preparation } from '../protocol/preparation.ts';
import { progressTeller } from '../protocol/throttle.ts';
import { listSources } from './archive.ts';
import { firstReadable, largest } from './candidates.ts';
import type { Decoder } from './decode.ts';
import type { DecodedPair } from './decode-pair.ts';
import { faultTally } from './faults.ts';
import { type ImageTable, readImageTable } from './metadata-csv.ts';
import { isTable } from './naming.ts';
import { isForFiles, pairByHand } from './pair-by-hand.ts';
import { pairFiles } from './pairing.ts';
import { nameOf, type Pair } from './pairs.ts';
import { FileRejection } from './rejection.ts';
import type { Source } from './source.ts';
import { type KeptPair, type ReadFacts, type ReadPairs, summarise } from './summarise.ts';

/** As store/pixels.ts has it. */
export interface PairSink {
  append(image: Uint8Array, mask: Uint8Array, ownMask: Uint8Array): void;
  ready(): Promise<void>;
  publish(summary: DatasetSummary): Promise<void>;
  discard(): Promise<void>;
}

export interface IngestParts {
  readonly decoder: Decoder;
  /** As the decoder reads masks; another reading is another data set. */
  readonly maskReading?: MaskChoice | undefined;
  /** Holds where all its folders are there. */
  readonly pairing?: HandPairing | undefined;
  createSink(size: number, pairs: number): Promise<PairSink>;
  onProgress(progress: IngestProgress): void;
  /** Some masks need a choice; they are left out. */
  onMaskQuestion(question: MaskQuestion): void;
  /** Milliseconds. */
  now(): number;
  readonly signal: AbortSignal;
}

/** A data set of fewer pairs cannot be divided 0.8 : 0.1 : 0.1. */
export const MIN_PAIRS = 10;

/** Source bytes read but not yet decoded; one pair always may. */
const BYTES_IN_FLIGHT = 96e6;

/** Records decoded out of turn that wait for a slower one before them. */
const RECORDS_AHEAD = 64;

/**
 * Reads all pairs of `files`, prepared as said, and publishes them. Throws AppError: what listing throws, `no-pairs`,
 * `too-few-pairs`, `unusable-pairs`, `storage-full`, `storage-missing`, `cancelled`.
 */
export async function ingest(
  files: readonly SourceFile[],
  preparation: Preparation,
  parts: IngestParts,
): Promise<ReadPairs> {
  const { signal } = parts;
  try {
    parts.onProgress({ phase: 'listing', done: 0, total: files.length });
    const listing = await listSources(files, signal);
    const { pairing } = parts;
    const { pairs, rejected, skipped } =
      pairing && isForFiles(pairing, listing.sources)
        ? pairByHand(listing.sources, pairing)
        : pairFiles(listing.sources);
    const problems: RejectedFile[] = [
      ...listing.rejected,
      ...rejected.map(({ file, reason }) => ({ file: nameOf(file), reason })),
    ];
    checkCount(pairs.length, problems, listing.title);
    const sink = await parts.createSink(preparation.size, pairs.length);
    try {
      const faults = faultTally();
      const kept = await decodeAll(pairs, preparation, { sink, problems, faults }, parts);
      const question = faults.question();
      if (question) parts.onMaskQuestion(question);
      checkCount(kept.length, problems, listing.title, { found: pairs.length, remedy: faults.remedy() });
      parts.onProgress({ phase: 'writing', done: 0, total: 1 });
      const tables = await readTables(skipped, problems, signal);
      const facts: ReadFacts = {
        ...{ problems, skipped: skipped.length, source: listing.title, maskReading: parts.maskReading, tables },
      };
      const summary = await summarise(kept, preparation, facts);
      signal.throwIfAborted();
      await sink.publish(summary);
      return { kept, preparation, facts, summary };
    } finally {
      await sink.discard();
    }
  } catch (thrown) {
    if (signal.aborted)
      throw new AppError('cancelled', 'Reading the data set was cancelled', 'drop the files again to restart');
    throw thrown;
  }
}

interface Unusable {
  /** Pairs of files; fewer could be read. */
  readonly found: number;
  readonly remedy: string | undefined;
}

/** Names are the cause where files do not pair; where they do, what was wrong with them. */
function checkCount(count: number, problems: readonly RejectedFile[], title: string, read?: Unusable): void {
  if (count >= MIN_PAIRS) return;
  const reasons = problems.slice(0, 3).map(({ file, reason }) => `${file} ${reason}`);
  const more = problems.length > 3 ? ` (and ${problems.length - 3} more)` : '';
  const why = reasons.length > 0 ? `; ${reasons.join('; ')}${more}` : '';
  if (read && count < read.found)
    throw new AppError(
      'unusable-pairs',
      `${count === 0 ? 'None' : `Only ${count}`} of the ${read.found} pairs of image and mask in ${title} can be used${why}`,
      read.remedy ?? `add images: at least ${MIN_PAIRS} pairs are needed`,
    );
  if (count === 0)
    throw new AppError(
      'no-pairs',
      `No pair of image and mask was found in ${title}${why}`,
      'give each image X.jpg a mask X_segmentation.png, or use folders named images and masks',
    );
  throw new AppError(
    'too-few-pairs',
    `Only ${count} ${count === 1 ? 'pair' : 'pairs'} of image and mask can be used from ${title}${why}`,
    `add images: at least ${MIN_PAIRS} pairs are needed`,
  );
}

type Finished = Omit<KeptPair, 'ownMaskBytes'> & Pick<DecodedPair, 'image' | 'mask' | 'ownMask'>;

async function decodeAll(
  pairs: readonly Pair<Source>[],
  preparation: Preparation,
  { sink, problems, faults }: { sink: PairSink; problems: RejectedFile[]; faults: ReturnType<typeof faultTally> },
  parts: IngestParts,
): Promise<KeptPair[]> {
  const { decoder, signal } = parts;
  // Stops the other lanes when one fails for good (a full disk), besides the user's own cancel.
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const kept: KeptPair[] = [];
  const report = pace(parts, pairs.length);
  /** Finished pairs by place that wait for their turn; null for rejected ones. */
  const finished = new Map<number, Finished | null>();
  const bytes = budget(BYTES_IN_FLIGHT);
  const turn = budget(RECORDS_AHEAD);
  let next = 0;
  let written = 0;

  const finish = (place: number, pair: Finished | null): void => {
    finished.set(place, pair);
    for (let ready = finished.get(written); ready !== undefined; ready = finished.get(written)) {
      finished.delete(written++);
      turn.give(1);
      if (ready === null) continue;
      // After a failed write (a full disk) what follows would lie in the wrong place.
      either.throwIfAborted();
      try {
        sink.append(ready.image, ready.mask, ready.ownMask);
      } catch (thrown) {
        stop.abort(thrown);
        throw thrown;
      }
      const { image: _, mask: __, ownMask, ...rest } = ready;
      kept.push({ ...rest, ownMaskBytes: ownMask.length });
    }
    report();
  };

  const lane = async (): Promise<void> => {
    for (;;) {
      await turn.take(1);
      const place = next++;
      const pair = pairs[place];
      if (!pair) {
        turn.give(1);
        return;
      }
      either.throwIfAborted();
      // Of several candidates the largest: one pair of files is in memory at a time.
      const cost = largest(pair.candidates, 'images') + largest(pair.candidates, 'masks');
      await bytes.take(cost);
      try {
        const { decoded, files, told } = await firstReadable(pair, (image, mask) =>
          readAndDecode(image, mask, preparation, decoder, either).catch(thrown => {
            if (thrown instanceof FileRejection) faults.note(thrown);
            throw thrown;
          }),
        );
        problems.push(...told);
        finish(place, decoded && { id: pair.id, files, ...decoded });
        await sink.ready();
      } catch (thrown) {
        either.throwIfAborted();
        throw thrown;
      } finally {
        bytes.give(cost);
      }
    }
  };

  const lanes = Array.from({ length: Math.min(pairs.length, decoder.width + 2) }, async () => {
    try {
      await lane();
    } catch (thrown) {
      stop.abort(thrown);
      // Lanes that wait for a budget wake up, see the signal, and end.
      bytes.give(Number.MAX_SAFE_INTEGER / 2);
      turn.give(Number.MAX_SAFE_INTEGER / 2);
      throw thrown;
    }
  });
  const outcomes = await Promise.allSettled(lanes);
  signal.throwIfAborted();
  if (stop.signal.aborted) throw stop.signal.reason;
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return kept;
}

/** Tables that name images; other texts say nothing. A table that cannot be read is told, for groups may hang on it. */
async function readTables(
  skipped: readonly Source[],
  problems: RejectedFile[],
  signal: AbortSignal,
): Promise<ImageTable[]> {
  const tables: ImageTable[] = [];
  for (const source of skipped.filter(({ path }) => isTable(path))) {
    try {
      const table = readImageTable(new TextDecoder().decode(await source.read(signal)));
      if (table && table.rows.size > 0) tables.push(table);
    } catch (thrown) {
      signal.throwIfAborted();
      problems.push({ file: nameOf(source), reason: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }
  return tables;
}

async function readAndDecode(
  imageFile: Source,
  maskFile: Source,
  preparation: Preparation,
  decoder: Decoder,
  signal: AbortSignal,
) {
  // Between candidates too: a cancelled reading tries no further ones.
  signal.throwIfAborted();
  const image = await readPart('image', imageFile, signal);
  const mask = await readPart('mask', maskFile, signal);
  const [imageHash, maskHash] = await Promise.all([sha256(image), sha256(mask)]);
  return { imageHash, maskHash, ...(await decoder.decode(image, mask, preparation, signal)) };
}

async function readPart(part: 'image' | 'mask', source: Source, signal: AbortSignal): Promise<ArrayBuffer> {
  try {
    return await source.read(signal);
  } catch (thrown) {
    signal.throwIfAborted();
    throw new FileRejection(part, thrown instanceof Error ? thrown.message : String(thrown), {
      ...{ fault: 'container', cause: thrown },
    });
  }
}

/** Progress after each pair, throttled, with the time left once the pace so far says something. */
function pace({ now, onProgress }: IngestParts, total: number): () => void {
  const start = now();
  let done = 0;
  const tell = progressTeller(({ secondsLeft, ...counts }) => {
    const known = counts.done >= 5 && now() - start > 500;
    onProgress({ phase: 'decoding', ...counts, ...(known ? { secondsLeft } : {}) });
  }, now);
  tell(0, total);
  return () => tell(++done, total);
}

/** A count to take from, first come first served; a wish that exceeds the whole waits until nothing is taken. */
function budget(total: number): { take(wish: number): Promise<void>; give(back: number): void } {
  let free = total;
  const queue: { wish: number; go: () => void }[] = [];
  const serve = () => {
    for (let first = queue[0]; first && (free >= first.wish || free >= total); first = queue[0]) {
      queue.shift();
      free -= first.wish;
      first.go();
    }
  };
  return {
    take: wish =>
      new Promise(resolve => {
        queue.push({ wish, go: resolve });
        serve();
      }),
    give: back => {
      free += back;
      serve();
    },
  };
}
