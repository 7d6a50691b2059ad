/** A picture's header, read and judged before anything is decoded. */
import { checkHeader, type ImageHeader, imageLimits, readHeader } from './header.ts';
import { FileRejection } from './rejection.ts';

/** `mostPixels`: of a picture; more are refused. Throws FileRejection. */
export function headerOf(part: 'image' | 'mask', bytes: Uint8Array, mostPixels: number): ImageHeader {
  try {
    const header = readHeader(bytes);
    checkHeader(header, { ...imageLimits, pixels: mostPixels });
    return header;
  } catch (thrown) {
    throw new FileRejection(part, thrown instanceof Error ? thrown.message : String(thrown));
  }
}
