import type { Colour } from '../protocol/dataset.ts';

/** What kind of thing is wrong: the mask's values, two colours in doubt, its sides, the file's format, or what it came in. */
export const faults = ['values', 'colours', 'sides', 'format', 'container'] as const;
export type Fault = (typeof faults)[number];

export interface RejectionFacts {
  /** `format` where nothing else is said. */
  readonly fault?: Fault;
  /** Of a mask with these two colours, none of which is surely the lesion. */
  readonly colours?: [Colour, Colour] | undefined;
}

/** Why one file of a data set is left out. The rest goes on; the reason is shown as text under `Rejected files`. */
export class FileRejection extends Error {
  /** Whether the image or its mask is at fault. */
  readonly part: 'image' | 'mask';
  readonly fault: Fault;
  readonly colours: [Colour, Colour] | undefined;

  /** `reason` is for people: what was found and what is needed; no full stop. */
  constructor(
    part: 'image' | 'mask',
    reason: string,
    { fault = 'format', colours, ...options }: ErrorOptions & RejectionFacts = {},
  ) {
    super(reason, options);
    this.name = 'FileRejection';
    this.part = part;
    this.fault = fault;
    this.colours = colours;
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
