export interface FoundChromium {
  path: string;
  source: string;
}
export function findChromium(options?: { install?: boolean }): Promise<FoundChromium | undefined>;
export const chromiumFlags: string[];
