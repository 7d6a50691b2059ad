/** The data set: read from files or drawn, divided into parts. */
import type { CsvStyle } from '../../formats/csv-text.ts';
import { pairsCsv } from '../../formats/pairs-csv.ts';
import { dividedGroups, readSplit, writeSplit } from '../../formats/split-file.ts';
import { type HandPairing, megapixelRange, type SourceFile, type Thumbnails } from '../../protocol/data.ts';
import {
  type Colour,
  type DatasetSummary,
  type MaskChoice,
  type PartName,
  partNames,
  type Split,
  type SplitRatios,
  withoutPartner,
} from '../../protocol/dataset.ts';
import { AppError, toErrorData } from '../../protocol/errors.ts';
import type { Triptych } from '../../protocol/triptych.ts';
import { action, type Refusal, refuse } from '../action.ts';
import type { Context } from '../context.ts';
import { showModel } from '../library/model-pictures.ts';
import { anyOf, filesNeeded, noData, noFiles, noMaskQuestion } from '../refusals.ts';
import type { StudioState } from '../studio-state.ts';
import { tellAddress } from '../tell-address.ts';
import { filesOfPairs, idOfSame, type NewPair } from './added-pairs.ts';
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

/** Read again together with outlines, these masks would come out otherwise than they are now. */
const readOtherwise: Refusal = {
  code: 'wrong-state',
  happened: 'The masks of this data set are not as its files have them',
  remedy: 'press Export data set, load that file, and add the images to it',
};

const nothingDropped = { files: [], isLoaded: false } as const;

export function createDataActions(context: Context) {
  const { get, set, ask, attempt, address } = context;
  /** How the current split was made, where it was not shuffled. */
  let divided: { readonly split: Split; again(dataset: DatasetSummary): Promise<Split> } | null = null;
  /** The files to ask about: those of the data set, or later ones that would not make one. */
  let dropped: { readonly files: readonly SourceFile[]; readonly isLoaded: boolean } = nothingDropped;
  const refusesAdding = ({ dataset, datasetAsRead }: StudioState) => {
    if (!dataset) return null;
    if (!datasetAsRead) return filesNeeded;
    const { maskReading, corrected } = dataset;
    // A data set that was drawn is read again from its present masks, without their versions.
    return maskReading?.invert || maskReading?.lesion || (corrected && !dropped.isLoaded) ? readOtherwise : null;
  };
  const noFilesDropped = () => (dropped.files.length === 0 ? filesNeeded : null);
  const readFiles = async (
    files: readonly SourceFile[],
    { maskReading, leftOut: without }: { maskReading?: MaskChoice; leftOut?: readonly string[] | undefined } = {},
  ) => {
    set({ asksPairing: false });
    const { datasetAsRead: before, dataset } = get();
    // Of the same files once more, what was left out stays so.
    const leftOut = without ?? (dropped.isLoaded && files === dropped.files && before ? dataset?.leftOut : undefined);
    const reading = { ...readingOf(context), ...(maskReading && { maskReading }) };
    try {
      await load(context, data => data.ingest({ files: [...files], ...reading }), leftOut);
    } catch (thrown) {
      const { code, happened } = toErrorData(thrown);
      const asksPairing = code === 'no-pairs' || (code === 'too-few-pairs' && withoutPartner.test(happened));
      set({ asksPairing });
      if (asksPairing || get().maskQuestion) dropped = { files, isLoaded: false };
      throw thrown;
    } finally {
      if (get().datasetAsRead !== before) dropped = { files, isLoaded: true };
    }
  };
  /** One change after the other, for each builds on the one before. */
  let leaving: Promise<unknown> = Promise.resolve();
  const changeLeftOut = async (id: string, isOut: boolean) => {
    refuse(refusesReading(get()));
    const ids = new Set(get().dataset?.leftOut);
    if (isOut) ids.add(id);
    else ids.delete(id);
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
  };
  /** The data set's files as they were chosen; of one that was drawn, a zip of it. */
  const filesOf = async ({ source }: DatasetSummary): Promise<readonly SourceFile[]> => {
    if (dropped.isLoaded) return dropped.files;
    const { zip } = await ask.data.exportDataSet();
    return [{ path: source, file: new File([zip], source) }];
  };
  /** Divides the data set as a file's text says. */
  const divide = async (text: string, name: string) => {
    const { dataset } = get();
    if (!dataset) return;
    const { split, leftOut, divided: cut } = readSplit(text, name, dataset);
    const notes = [leftOut > 0 ? `${leftOut} pairs are in no part` : '', dividedText(cut)].filter(Boolean);
    divided = { split, again: async fewer => readSplit(text, name, fewer).split };
    set({ currentSplit: split, message: [`Split as in ${name}`, ...notes].join('; ') });
    await showModel(context);
  };
  return {
    useFiles: action(context, refusesReading, (files: readonly SourceFile[]) => readFiles(files), undefined),
    /**
     * Images with masks become pairs of the data set, in this part; all others stay in theirs. Without a data set they become one, divided by
     * chance. Returns the id of each image that is in it now; one that was there before stays as it was.
     */
    addPairs: action(
      context,
      anyOf(refusesReading, refusesAdding),
      async (pairs: readonly NewPair[], part: PartName): Promise<readonly string[]> => {
        const { dataset: before, datasetAsRead, currentSplit } = get();
        const there = await Promise.all(pairs.map(pair => datasetAsRead && idOfSame(pair, datasetAsRead)));
        const old = there.filter(id => typeof id === 'string');
        const fresh = pairs.filter((_, i) => typeof there[i] !== 'string');
        const were = old.length > 0 ? `; ${old.length} were there already` : '';
        if (fresh.length === 0) {
          set({ message: `No pairs added${were}` });
          return old;
        }
        const known = [...(before?.ids ?? []), ...(before?.leftOut ?? [])];
        const parts = before && currentSplit ? JSON.parse(writeSplit(before, currentSplit)) : null;
        const files = [...(before ? await filesOf(before) : []), ...filesOfPairs(fresh, known)];
        await readFiles(files, { leftOut: before?.leftOut });
        const added = get().dataset?.ids.filter(id => !known.includes(id)) ?? [];
        if (parts)
          await divide(
            JSON.stringify({ ...parts, [part]: [...parts[part], ...added] }),
            'the split before, with the added images',
          );
        if (before && added.length < fresh.length)
          throw new AppError(
            'unusable-pairs',
            `${fresh.length - added.length} of ${fresh.length} images could not be added`,
            'see the rejected files under Data; where files were paired by hand, press Export data set and load that file first',
          );
        const count = `${added.length} ${added.length === 1 ? 'pair' : 'pairs'}`;
        set({ message: `${count} added to ${parts ? `the ${part} part` : 'a new data set'}${were}` });
        return [...old, ...added];
      },
      [],
    ),
    /** The folders of the files that were dropped last; null where that failed (a problem is shown). */
    pictureFolders: () => attempt(() => ask.data.folders({ files: [...dropped.files] }), null),
    /** What a choice would make of them; null where that failed (a problem is shown). */
    tryPairing: (pairing: HandPairing) =>
      attempt(() => ask.data.tryPairing({ files: [...dropped.files], pairing }), null),
    /** Reads them again, paired so; null: by the page's own rule. */
    pairByHand: action(
      context,
      anyOf(noFilesDropped, refusesReading),
      (pairing: HandPairing | null) => {
        set({ handPairing: pairing });
        return readFiles(dropped.files);
      },
      undefined,
    ),
    useDemoData: action(
      context,
      refusesReading,
      async () => {
        await load(context, data => data.demo({ count: address.demoPairs, seed: DEMO_SEED, ...readingOf(context) }));
        dropped = nothingDropped;
        set({ asksPairing: false });
      },
      undefined,
    ),
    /** Lesion and skin change places in every mask: the files are read again, as another data set. */
    invertMasks: action(
      context,
      anyOf(noData, refusesReading, noFiles),
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
      (lesion: Colour) => {
        const invert = dropped.isLoaded && get().dataset?.maskReading?.invert === true;
        return readFiles(dropped.files, { maskReading: { invert, lesion } });
      },
      undefined,
    ),
    /** A pair is neither trained on nor tested from now on, or is again. */
    leaveOut: action(
      context,
      anyOf(noFiles, refusesReading),
      (id: string, isOut: boolean) => {
        const change = leaving.then(() => changeLeftOut(id, isOut));
        leaving = change.catch(() => undefined);
        return change;
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
    /** The file of a pair's image as it came; null where it is not at hand, or where reading it failed (a problem is shown). */
    photo: (id: string): Promise<Uint8Array<ArrayBuffer> | null> =>
      attempt(async () => {
        const shown = shownPairs(get());
        const place = shown?.ids.indexOf(id) ?? -1;
        return shown && place >= 0 ? ask.data.photo({ cacheId: shown.cacheId, place }) : null;
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
    exportPairs(style?: CsvStyle): { name: string; blob: Blob } | null {
      const { dataset, currentSplit } = get();
      const read = shownPairs(get());
      const text = dataset && read && pairsCsv(read, dataset, currentSplit, style);
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
        await divide(await file.text(), file.name);
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
