/** The data set: read from files or drawn, divided into parts. */
import { pairsCsv } from '../../formats/pairs-csv.ts';
import { dividedGroups, readSplit, writeSplit } from '../../formats/split-file.ts';
import { type HandPairing, megapixelRange, type SourceFile, type Thumbnails } from '../../protocol/data.ts';
import {
  type Colour,
  type DatasetSummary,
  type MaskChoice,
  partNames,
  type Split,
  type SplitRatios,
} from '../../protocol/dataset.ts';
import { AppError, toErrorData } from '../../protocol/errors.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { action } from '../action.ts';
import type { Context } from '../context.ts';
import { showModel } from '../library/model-pictures.ts';
import { anyOf, filesNeeded, noData, noFiles, noMaskQuestion } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { tellAddress } from '../tell-address.ts';
import { askSplit, load, readAgain, readingOf, refusesReading } from './reading.ts';

const DEMO_SEED = 1;

/** Ids of a million images. Read as a whole, a large archive chosen by mistake would fill the memory. */
const LARGEST_SPLIT = 64 * 1024 * 1024;

/** The pairs to look at: those left out too, where the files are at hand. */
export function shownPairs({ datasetAsRead, dataset }: StudioState): DatasetSummary | null {
  return datasetAsRead ?? dataset;
}

function dividedText(groups: number): string {
  return groups > 0 ? `${groups} groups of equal images are divided among parts` : '';
}

export function createDataActions(context: Context) {
  const { get, set, ask, attempt, address } = context;
  /** How the current split was made, where it was not shuffled. */
  let divided: { readonly split: Split; again(dataset: DatasetSummary): Promise<Split> } | null = null;
  /** As they were dropped: those of a data set that could not be read are asked about too. */
  let lastFiles: readonly SourceFile[] = [];
  const noFilesDropped = () => (lastFiles.length === 0 ? filesNeeded : null);
  const readLastFiles = async (maskReading?: MaskChoice) => {
    set({ asksPairing: false });
    const reading = { ...readingOf(context), ...(maskReading && { maskReading }) };
    try {
      await load(context, data => data.ingest({ files: [...lastFiles], ...reading }));
    } catch (thrown) {
      const { code } = toErrorData(thrown);
      set({ asksPairing: code === 'no-pairs' || code === 'too-few-pairs' });
      throw thrown;
    }
  };
  return {
    useFiles: action(
      context,
      refusesReading,
      (files: readonly SourceFile[]) => {
        lastFiles = files;
        return readLastFiles();
      },
      undefined,
    ),
    /** The folders of the files that were dropped last; null where that failed (a problem is shown). */
    pictureFolders: () => attempt(() => ask.data.folders({ files: [...lastFiles] }), null),
    /** What a choice would make of them; null where that failed (a problem is shown). */
    tryPairing: (pairing: HandPairing) => attempt(() => ask.data.tryPairing({ files: [...lastFiles], pairing }), null),
    /** Reads them again, paired so; null: by the page's own rule. */
    pairByHand: action(
      context,
      anyOf(noFilesDropped, refusesReading),
      (pairing: HandPairing | null) => {
        set({ handPairing: pairing });
        return readLastFiles();
      },
      undefined,
    ),
    useDemoData: action(
      context,
      refusesReading,
      () => load(context, data => data.demo({ count: address.demoPairs, seed: DEMO_SEED, ...readingOf(context) })),
      undefined,
    ),
    /** Lesion and skin change places in every mask: the files are read again, as another data set. */
    invertMasks: action(
      context,
      anyOf(noData, refusesReading),
      (invert: boolean) => {
        const { dataset } = get();
        const made = dataset ?? get().settings;
        const maskReading = { ...dataset?.maskReading, invert };
        return readAgain(context, data => data.prepare({ ...readingOf(context, made), maskReading }));
      },
      undefined,
    ),
    /** The answer to `maskQuestion`: the files are read again, with the lesion in that colour. */
    chooseLesionColour: action(
      context,
      anyOf(noMaskQuestion, refusesReading),
      (lesion: Colour) => readLastFiles({ invert: false, lesion }),
      undefined,
    ),
    /** These pairs alone are left out from now on: neither trained on nor tested. */
    leaveOut: action(
      context,
      anyOf(noFiles, refusesReading),
      async (ids: readonly string[]) => {
        const before = get().currentSplit;
        const dataset = await ask.data.leaveOut({ ids: [...ids] });
        try {
          if (divided && before === divided.split) divided = { ...divided, split: await divided.again(dataset) };
          else divided = null;
          set({ dataset, currentSplit: divided?.split ?? (await askSplit(context)) });
        } catch (thrown) {
          set({ dataset, currentSplit: null });
          throw thrown;
        }
        await showModel(context);
      },
      undefined,
    ),
    /** Pairs as they were read, by their places among these, small; null where that failed (a problem is shown). */
    thumbnails: (places: readonly number[], side: number): Promise<Thumbnails | null> =>
      attempt(async () => {
        const shown = shownPairs(get());
        return shown && ask.data.thumbnails({ cacheId: shown.cacheId, places: [...places], side });
      }, null),
    /** One of them, large; null where that failed (a problem is shown). */
    pairPicture: (place: number, side: number): Promise<Triptych | null> =>
      attempt(async () => {
        const shown = shownPairs(get());
        return shown && ask.data.pair({ cacheId: shown.cacheId, place, side });
      }, null),
    cancelIngest() {
      void attempt(() => ask.data.cancel(), undefined);
    },
    /** Holds from the next reading on. Returns a sentence that says the range, or null. */
    changeMegapixels(value: number): string | null {
      const { least, most } = megapixelRange;
      if (!(value >= least && value <= most)) return `${least} to ${most}`;
      set({ megapixels: value });
      return null;
    },
    /** Which image is in which part, as a file; null where there is no split. */
    exportSplit(): { name: string; blob: Blob } | null {
      const { dataset, currentSplit } = get();
      if (!dataset || !currentSplit) return null;
      const blob = new Blob([writeSplit(dataset, currentSplit)], { type: 'application/json' });
      return { name: 'lesion-studio-split.json', blob };
    },
    /** The pairs as a table; null where there are none, or an older version of the page read them. */
    exportPairs(): { name: string; blob: Blob } | null {
      const { dataset, currentSplit } = get();
      const read = shownPairs(get());
      const text = dataset && read && pairsCsv(read, dataset, currentSplit);
      return text ? { name: 'lesion-studio-pairs.csv', blob: new Blob([text], { type: 'text/csv' }) } : null;
    },
    /** Divides the data set as the file says. */
    importSplit: action(
      context,
      anyOf(noData, refusesReading),
      async (file: File) => {
        const { dataset } = get();
        if (!dataset) return;
        if (file.size > LARGEST_SPLIT)
          throw new AppError(
            'bad-split',
            `${file.name} has ${file.size} bytes, more than any split file`,
            'choose a file that Export split made',
          );
        const text = await file.text();
        const { split, leftOut, divided: cut } = readSplit(text, file.name, dataset);
        const notes = [leftOut > 0 ? `${leftOut} pairs are in no part` : '', dividedText(cut)].filter(Boolean);
        divided = { split, again: async fewer => readSplit(text, file.name, fewer).split };
        set({ currentSplit: split, message: [`Split as in ${file.name}`, ...notes].join('; ') });
        await showModel(context);
      },
      undefined,
    ),
    /** Divides the data set as its folders do. */
    useGivenSplit: action(
      context,
      anyOf(noData, refusesReading),
      async () => {
        const again = () => ask.data.givenSplit(get().split);
        divided = { split: await again(), again };
        const { split } = divided;
        const places = partNames.flatMap(part => split[part].map(place => [place, part] as const));
        const cut = dividedGroups(get().dataset?.groups ?? [], new Map(places));
        set({ currentSplit: split, message: ['Split as in the folders', dividedText(cut)].filter(Boolean).join('; ') });
        await showModel(context);
      },
      undefined,
    ),
    changeSplit: (change: { seed?: number; ratios?: SplitRatios }) =>
      attempt(async () => {
        const before = get().split;
        set({ split: { ...before, ...change } });
        try {
          if (get().dataset && !get().ingest) set({ currentSplit: await askSplit(context) });
        } catch (thrown) {
          set({ split: before });
          throw thrown;
        }
        tellAddress(context);
      }, undefined),
  };
}
