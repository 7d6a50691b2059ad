/** The data set: read from files or drawn, divided into parts. */
import { safeStem, uniqueNames } from '../../formats/file-names.ts';
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
import { action, refuse } from '../action.ts';
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

/** An image's file as it came, and its mask as a PNG of the same sides. */
export interface NewPair {
  readonly name: string;
  readonly image: Uint8Array<ArrayBuffer>;
  readonly mask: Uint8Array<ArrayBuffer>;
}

const nothingDropped = { files: [], isLoaded: false } as const;

export function createDataActions(context: Context) {
  const { get, set, ask, attempt, address } = context;
  /** How the current split was made, where it was not shuffled. */
  let divided: { readonly split: Split; again(dataset: DatasetSummary): Promise<Split> } | null = null;
  /** The files to ask about: those of the data set, or later ones that would not make one. */
  let dropped: { readonly files: readonly SourceFile[]; readonly isLoaded: boolean } = nothingDropped;
  let addedFolders = 0;
  const noFilesDropped = () => (dropped.files.length === 0 ? filesNeeded : null);
  const readFiles = async (files: readonly SourceFile[], maskReading?: MaskChoice) => {
    set({ asksPairing: false });
    const { datasetAsRead: before, dataset } = get();
    // Of the same files once more, what was left out stays so.
    const leftOut = dropped.isLoaded && files === dropped.files && before ? dataset?.leftOut : undefined;
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
     * chance. Returns the ids that are new.
     */
    addPairs: action(
      context,
      anyOf(refusesReading, state => (state.dataset && !state.datasetAsRead ? filesNeeded : null)),
      async (pairs: readonly NewPair[], part: PartName): Promise<readonly string[]> => {
        const { dataset: before, currentSplit } = get();
        const old = before && currentSplit ? JSON.parse(writeSplit(before, currentSplit)) : null;
        // A folder of their own keeps them apart from images of the same name.
        const folder = `added ${addedFolders++ + 1}`;
        const endings = pairs.map(({ name }) => /\.[^.]*$/.exec(name)?.[0] ?? '');
        const plain = pairs.map(({ name }, i) => safeStem(name.slice(0, name.length - (endings[i] ?? '').length)));
        // A name that is taken would give both images other ids, which no split of before knows.
        const taken = [...(before?.ids ?? []), ...(before?.leftOut ?? [])];
        const stems = uniqueNames([...taken, ...plain]).slice(taken.length);
        const files = pairs.flatMap(({ image, mask }, i) => {
          const [own, ofMask] = [`${stems[i]}${endings[i]}`, `${stems[i]}_segmentation.png`];
          return [
            { path: `${folder}/images/${own}`, file: new File([image], own) },
            { path: `${folder}/masks/${ofMask}`, file: new File([mask], ofMask) },
          ];
        });
        await readFiles([...(before ? await filesOf(before) : []), ...files]);
        const known = new Set(before?.ids);
        const added = get().dataset?.ids.filter(id => !known.has(id)) ?? [];
        if (old) {
          const name = 'the split before, with the images that were added';
          await divide(JSON.stringify({ ...old, [part]: [...old[part], ...added] }), name);
        }
        set({
          message: `${added.length} ${added.length === 1 ? 'pair' : 'pairs'} added to ${old ? `the ${part} part` : 'a new data set'}`,
        });
        return added;
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
        return readFiles(dropped.files, { invert, lesion });
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
