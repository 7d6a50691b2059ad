/** GPUs as the model sees them: public figures of their makers, rounded; nothing of it was measured here. */
export interface ModelDevice {
  readonly name: string;
  /** Found in the adapter's own names. */
  readonly pattern: RegExp;
  /** Compute units, streaming multiprocessors, slices: what has registers and workgroup memory of its own. */
  readonly cores: number;
  readonly gigahertz: number;
  /** Multiply-adds counted as two, single precision. */
  readonly gflops: number;
  readonly GBs: number;
  /** Of a core. */
  readonly registerBytes: number;
  readonly workgroupBytes: number;
  readonly mostThreads: number;
  readonly mostWorkgroups: number;
  /** Between dispatches that wait for each other. */
  readonly launchMicroseconds: number;
}

const KB = 1024;

export const DEVICES: readonly ModelDevice[] = [
  {
    ...{ name: 'M2', pattern: /\bM2\b/i, cores: 10, gigahertz: 1.4, gflops: 3580, GBs: 100 },
    ...{
      registerBytes: 208 * KB,
      workgroupBytes: 60 * KB,
      mostThreads: 3072,
      mostWorkgroups: 64,
      launchMicroseconds: 4,
    },
  },
  {
    ...{ name: 'Iris Xe', pattern: /iris.*xe|xe graphics/i, cores: 6, gigahertz: 1.1, gflops: 1700, GBs: 60 },
    ...{
      registerBytes: 448 * KB,
      workgroupBytes: 64 * KB,
      mostThreads: 896,
      mostWorkgroups: 16,
      launchMicroseconds: 7,
    },
  },
  {
    ...{ name: 'RTX 3060', pattern: /RTX 3060/i, cores: 28, gigahertz: 1.78, gflops: 12740, GBs: 360 },
    ...{
      registerBytes: 256 * KB,
      workgroupBytes: 100 * KB,
      mostThreads: 1536,
      mostWorkgroups: 16,
      launchMicroseconds: 3,
    },
  },
  {
    ...{ name: 'RTX 4090', pattern: /RTX 4090/i, cores: 128, gigahertz: 2.52, gflops: 82600, GBs: 1008 },
    ...{
      registerBytes: 256 * KB,
      workgroupBytes: 100 * KB,
      mostThreads: 1536,
      mostWorkgroups: 24,
      launchMicroseconds: 3,
    },
  },
  {
    ...{ name: 'H100', pattern: /\bH[12]00\b/i, cores: 132, gigahertz: 1.78, gflops: 60000, GBs: 3300 },
    ...{
      registerBytes: 256 * KB,
      workgroupBytes: 228 * KB,
      mostThreads: 2048,
      mostWorkgroups: 32,
      launchMicroseconds: 3,
    },
  },
];

/** The one that an adapter's names say, or the one nearest in speed, as fast as was measured. */
export function deviceLike(names: string, gflops: number, GBs: number): ModelDevice {
  const named = DEVICES.find(({ pattern }) => pattern.test(names));
  if (named) return named;
  const apart = (device: ModelDevice) => Math.abs(Math.log(device.gflops / gflops));
  const [nearest, ...others] = DEVICES;
  if (!nearest) throw new Error('no devices');
  const like = others.reduce((best, device) => (apart(device) < apart(best) ? device : best), nearest);
  const scale = gflops / like.gflops;
  return { ...like, name: `like ${like.name}`, cores: Math.max(1, Math.round(like.cores * scale)), gflops, GBs };
}
