/** What the command line asks for, from strings. Pure. */
import { type SideName, sideNames } from './sides/side.ts';

export interface CaseOptions {
  /** Image side in pixels. */
  readonly size: number;
  readonly filters: number;
  readonly batch: number;
}

const CASE = /^(\d+)x(\d+)x(\d+)$/;

/** '32x4x2,64x8x2': size × filters × batch. Throws RangeError. */
export function parseCases(text: string): CaseOptions[] {
  return text.split(',').map(part => {
    const match = CASE.exec(part.trim());
    const [size = 0, filters = 0, batch = 0] = match ? match.slice(1).map(Number) : [];
    if (size < 1 || filters < 1 || batch < 1) throw new RangeError(`'${part}' is not SIZExFILTERSxBATCH, as 64x8x2 is`);
    return { size, filters, batch };
  });
}

/** 'ours,cpu'. Throws RangeError. */
export function parseSides(text: string): SideName[] {
  return text.split(',').map(part => {
    const side = sideNames.find(name => name === part.trim());
    if (!side) throw new RangeError(`'${part}' is none of ${sideNames.join(', ')}`);
    return side;
  });
}
