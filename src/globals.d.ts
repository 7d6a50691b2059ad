/** package.json's version, put in by the build. */
declare const __APP_VERSION__: string;

declare module 'virtual:welcome-picture' {
  /** One picture of the demo, square, with its mask as SVG paths in its pixels; see scripts/welcome-picture.ts. */
  export const side: number;
  export const photo: string;
  export const outline: string;
  export const area: string;
}

declare module 'virtual:cpu-kernels' {
  /** Addresses of the two builds; see scripts/cpu-kernels.mjs. */
  export const relaxed: string;
  export const plain: string;
  /** Fields of the kernels' classes: [name, type], in their order. */
  export const shapes: Readonly<
    Record<string, readonly (readonly [name: string, type: 'usize' | 'i32' | 'u32' | 'f32'])[]>
  >;
}
