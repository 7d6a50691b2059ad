import type { Colour } from '../protocol/dataset.ts';

interface Ambiguous {
  readonly colours?: [Colour, Colour] | undefined;
}

/** Why one file of a data set is left out. The rest goes on; the reason is shown as text under `Rejected files`. */
export class FileRejection extends Error {
  /** Whether the image or its mask is at fault. */
  readonly part: 'image' | 'mask';
  /** Of a mask with these two colours, none of which is surely the lesion. */
  readonly colours: [Colour, Colour] | undefined;

  /** `reason` is for people: what was found and what is needed; no full stop. */
  constructor(part: 'image' | 'mask', reason: string, { colours, ...options }: ErrorOptions & Ambiguous = {}) {
    super(reason, options);
    this.colours = colours;
    this.name = 'FileRejection';
    this.part = part;
  }

  get reason(): string {
    return this.message;
  }
}

/** 1 kB = 1,000 bytes; three figures at most. */
export function bytesInWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
