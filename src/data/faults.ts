/** What was wrong with the files of a set, gathered while it is read: the advice follows from the commonest fault, and one question from all masks in doubt. */
import type { Colour, MaskQuestion } from '../protocol/dataset.ts';
import type { Fault, FileRejection } from './rejection.ts';

const remedies: Record<Fault, string> = {
  values: 'save each mask with two values, 0 for skin and 255 for the lesion',
  colours: 'say under Data which of the two colours is the lesion',
  sides: 'give each mask the width and height of its image',
  format: 'save the files as JPEG or PNG anew',
  container: 'download or copy the files again, or unpack the archive and drop the folder',
};

export function faultTally() {
  const counts = new Map<Fault, number>();
  const asked = new Map<string, { count: number; readonly colours: [Colour, Colour] }>();
  return {
    note({ fault, colours }: FileRejection): void {
      counts.set(fault, (counts.get(fault) ?? 0) + 1);
      if (!colours) return;
      // The larger area may be either of the two; and compressed colours differ a little from mask to mask.
      const sorted = [...colours].sort((a, b) => coarse(a) - coarse(b)) as [Colour, Colour];
      const key = sorted.map(coarse).join();
      const known = asked.get(key);
      if (known) known.count++;
      else asked.set(key, { count: 1, colours: sorted });
    },
    /** Of the pair of colours that most masks have; null where there is nothing to ask. */
    question: (): MaskQuestion | null => most([...asked.values()], ({ count }) => count) ?? null,
    /** What to do about the commonest fault; undefined where there was none. */
    remedy(): string | undefined {
      const commonest = most([...counts], ([, count]) => count);
      return commonest && remedies[commonest[0]];
    },
  };
}

/** The first of those with the largest number. */
function most<T>(all: readonly T[], by: (each: T) => number): T | undefined {
  return all.reduce<T | undefined>(
    (best, each) => (best !== undefined && by(best) >= by(each) ? best : each),
    undefined,
  );
}

/** A colour in steps of 64. */
function coarse(colour: Colour): number {
  return colour.reduce((key: number, level) => key * 4 + (level >> 6), 0);
}
