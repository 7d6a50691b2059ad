/** package.json's version, put in by the build. */
declare const __APP_VERSION__: string;

declare module 'virtual:cpu-kernels' {
  /** Addresses of the two builds; see scripts/cpu-kernels.mjs. */
  export const relaxed: string;
  export const plain: string;
}
