/** Where training reads its images from: the pixel cache in the page, plain arrays in tests. */
export interface PixelSource {
  /** Side in pixels of every image. */
  readonly size: number;
  /** Images [n,S,S,3] and masks [n,S,S] (0/1) of these places in the data set, freshly allocated. */
  read(indices: readonly number[]): Promise<{ images: Uint8Array; masks: Uint8Array }>;
  /** The runs (store/mask-runs.ts) of the mask at that place in its image's own sides; null where they are not known. */
  ownMask(place: number): Promise<Uint8Array | null>;
}
