/** The images without masks that were taken last: read, decoded and looked at one by one, by their places. Only in a worker. */
import type { WholePicture } from '../protocol/corrections.ts';
import type { OutlineInput, OutlineInputs, SourceFile } from '../protocol/data.ts';
import { AppError } from '../protocol/errors.ts';
import type { Preparation } from '../protocol/preparation.ts';
import { type Decoder, decodePool, defaultPool, spawnDecodeWorker } from './decode.ts';
import { findOutlineInputs, readOutlineInput } from './outline-inputs.ts';
import { photoOf } from './photo.ts';
import type { Source } from './source.ts';
import { wholePicture } from './whole-picture.ts';

/** What takes a place throws AppError 'dataset-missing' where no image has it. */
export interface OutlineDesk {
  /** In the place of those before; none is read yet. */
  take(files: readonly SourceFile[], megapixels: number): Promise<OutlineInputs>;
  decode(place: number, preparation: Preparation): Promise<OutlineInput>;
  whole(place: number): Promise<WholePicture>;
  photo(place: number): Promise<Uint8Array<ArrayBuffer>>;
  forget(): void;
}

export function outlineDesk(): OutlineDesk {
  let taken: { readonly sources: readonly Source[]; readonly mostPixels: number } | null = null;
  let decoder: Decoder | null = null;
  const closeDecoder = () => {
    decoder?.dispose();
    decoder = null;
  };
  const at = (place: number) => {
    const source = taken?.sources[place];
    if (!taken || !source) throw new AppError('dataset-missing', 'These images are not at hand', 'choose them again');
    return { ...taken, source };
  };
  return {
    async take(files, megapixels) {
      const { sources, names, rejected } = await findOutlineInputs(files);
      closeDecoder();
      taken = { sources, mostPixels: megapixels * 1e6 };
      return { names, rejected };
    },
    async decode(place, preparation) {
      const { source, sources, mostPixels } = at(place);
      decoder ??= decodePool(spawnDecodeWorker, { ...defaultPool(), mostPixels });
      const decoded = await readOutlineInput(source, preparation, decoder, new AbortController().signal);
      // Its workers are not wanted for long.
      if (place === sources.length - 1) closeDecoder();
      return decoded;
    },
    async whole(place) {
      const { source, mostPixels } = at(place);
      return wholePicture(new Uint8Array(await source.read()), mostPixels, null);
    },
    photo: async place => photoOf(at(place).source),
    forget() {
      taken = null;
      closeDecoder();
    },
  };
}
