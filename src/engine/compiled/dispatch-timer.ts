/**
 * How long the GPU takes for each dispatch of a list, by timestamp queries: a mean over several replays. Owns its query set and
 * buffers until `dispose`. A pass with timestamps holds one dispatch, so that a timed replay is slower than others as a whole.
 *
 * Browsers round timestamps (Chrome to 0.1 ms): only the mean over several replays tells of short dispatches.
 */
import type { GpuMemory } from './gpu-memory.ts';
import type { ReadyDispatch } from './pipelines.ts';

/** WebGPU's limit for one query set. */
const MOST_QUERIES = 4096;

export class DispatchTimer {
  readonly #memory: GpuMemory;
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #staging: GPUBuffer;
  readonly #sums: Float64Array;
  #wanted: number;
  #replays = 0;
  #busy = false;
  #disposed = false;

  static possible(device: GPUDevice, dispatches: number): boolean {
    return device.features.has('timestamp-query') && 2 * dispatches <= MOST_QUERIES;
  }

  /** For lists of `dispatches`; the next `replays` are timed. */
  constructor(device: GPUDevice, memory: GpuMemory, dispatches: number, replays: number) {
    const count = 2 * dispatches;
    this.#memory = memory;
    this.#wanted = replays;
    this.#queries = device.createQuerySet({ type: 'timestamp', count });
    const bytes = count * 8;
    this.#resolved = memory.create('timestamps', bytes, GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC);
    this.#staging = memory.create('timestamps read', bytes, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    this.#sums = new Float64Array(dispatches);
  }

  /** How many replays the means are of. */
  get replays(): number {
    return this.#replays;
  }

  /** Whether the replay about to be submitted is to be timed: one at a time, until there are enough. */
  take(): boolean {
    if (this.#disposed || this.#busy || this.#wanted === 0) return false;
    this.#busy = true;
    return true;
  }

  /** As pipelines.record, with dispatch i of these as number `first` + i of the whole list. */
  record(encoder: GPUCommandEncoder, dispatches: readonly ReadyDispatch[], first: number): void {
    dispatches.forEach(({ pipeline, bindGroup, workgroups }, i) => {
      const query = 2 * (first + i);
      const pass = encoder.beginComputePass({
        timestampWrites: {
          querySet: this.#queries,
          beginningOfPassWriteIndex: query,
          endOfPassWriteIndex: query + 1,
        },
      });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
      pass.end();
    });
  }

  /** After the last dispatch of the list. */
  resolve(encoder: GPUCommandEncoder): void {
    encoder.resolveQuerySet(this.#queries, 0, this.#queries.count, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#staging, 0, this.#staging.size);
  }

  /** Adds the replay that was taken, once it was submitted. Rejects when the device is lost. */
  async read(): Promise<void> {
    await this.#staging.mapAsync(GPUMapMode.READ);
    if (this.#disposed) return;
    const times = new BigUint64Array(this.#staging.getMappedRange());
    this.#sums.forEach((sum, i) => {
      // Timestamps may run backwards where a GPU changes its clock: such a dispatch counts as none.
      const nanoseconds = Number((times[2 * i + 1] ?? 0n) - (times[2 * i] ?? 0n));
      this.#sums[i] = sum + Math.max(0, nanoseconds) / 1e6;
    });
    this.#staging.unmap();
    this.#replays++;
    this.#wanted--;
    this.#busy = false;
  }

  /** Milliseconds of each dispatch; none before the first replay was read. */
  means(): Float64Array | undefined {
    return this.#replays === 0 ? undefined : this.#sums.map(sum => sum / this.#replays);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#queries.destroy();
    this.#memory.destroy(this.#resolved);
    this.#memory.destroy(this.#staging);
  }
}
