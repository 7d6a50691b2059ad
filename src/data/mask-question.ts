/** Masks whose two colours do not say which is the lesion: gathered while a set is read, to be asked about once. */
import type { Colour, MaskQuestion } from '../protocol/dataset.ts';
import type { Decoder } from './decode.ts';
import { FileRejection } from './rejection.ts';

export function questions() {
  const found = new Map<string, { count: number; readonly colours: [Colour, Colour] }>();
  const note = (colours: [Colour, Colour]) => {
    // The larger area may be either of the two; and compressed colours differ a little from mask to mask.
    const sorted = [...colours].sort((a, b) => keyOf(a) - keyOf(b)) as [Colour, Colour];
    const key = sorted.map(keyOf).join();
    const known = found.get(key);
    if (known) known.count++;
    else found.set(key, { count: 1, colours: sorted });
  };
  return {
    /** The same decoder, overheard. */
    listening(decoder: Decoder): Decoder {
      return {
        ...decoder,
        async decode(...args) {
          try {
            return await decoder.decode(...args);
          } catch (thrown) {
            if (thrown instanceof FileRejection && thrown.colours) note(thrown.colours);
            throw thrown;
          }
        },
      };
    },
    /** Of the pair of colours that most masks have; null where there is nothing to ask. */
    foremost(): MaskQuestion | null {
      return [...found.values()].reduce<MaskQuestion | null>(
        (most, each) => (most && most.count >= each.count ? most : each),
        null,
      );
    },
  };
}

/** Colours in steps of 64. */
function keyOf(colour: Colour): number {
  return colour.reduce((key: number, level) => key * 4 + (level >> 6), 0);
}
