/**
 * Counts what goes to the GPU, whoever sends it: by wrapping WebGPU's own methods before any side is opened.
 *
 * A buffer belongs to the tally that was current when it was made, until it is destroyed. Sides run one after the other, so
 * one current tally is enough.
 */

export class Tally {
  dispatches = 0;
  submits = 0;
  /** Bytes written by the host: writeBuffer, and buffers mapped for writing. */
  uploadBytes = 0;
  liveBytes = 0;
  /** Most bytes of buffers that lived at once. */
  peakBytes = 0;
  /** When the first write or submit since `restart` began, and when the last submit ended; milliseconds. */
  firstCall = Number.NaN;
  lastSubmit = Number.NaN;

  /** Counts of the next step start from nothing; the bytes that live stay. */
  restart(): void {
    this.dispatches = 0;
    this.submits = 0;
    this.uploadBytes = 0;
    this.firstCall = Number.NaN;
    this.lastSubmit = Number.NaN;
  }

  begin(): void {
    if (Number.isNaN(this.firstCall)) this.firstCall = performance.now();
  }
}

let current = new Tally();

export function countFor(tally: Tally): void {
  current = tally;
}

/** To be called once, before any device is asked for. */
export function installCounters(): void {
  const owners = new WeakMap<GPUBuffer, Tally>();

  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor: GPUBufferDescriptor) {
    const buffer = createBuffer.call(this, descriptor);
    current.liveBytes += buffer.size;
    current.peakBytes = Math.max(current.peakBytes, current.liveBytes);
    if (descriptor.mappedAtCreation) current.uploadBytes += buffer.size;
    owners.set(buffer, current);
    return buffer;
  };

  const { destroy, mapAsync } = GPUBuffer.prototype;
  GPUBuffer.prototype.destroy = function () {
    const owner = owners.get(this);
    if (owner) owner.liveBytes -= this.size;
    owners.delete(this);
    return destroy.call(this);
  };
  GPUBuffer.prototype.mapAsync = function (mode: GPUMapModeFlags, ...range: [number?, number?]) {
    if (mode === GPUMapMode.WRITE) current.uploadBytes += this.size;
    return mapAsync.call(this, mode, ...range);
  };

  const { writeBuffer, submit } = GPUQueue.prototype;
  GPUQueue.prototype.writeBuffer = function (
    buffer: GPUBuffer,
    at: number,
    data: GPUAllowSharedBufferSource,
    from?: number,
    count?: number,
  ) {
    current.begin();
    // Counted in elements for typed arrays, in bytes for anything else.
    const unit = 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1;
    current.uploadBytes += count === undefined ? data.byteLength - (from ?? 0) * unit : count * unit;
    return writeBuffer.call(this, buffer, at, data, from, count);
  };
  GPUQueue.prototype.submit = function (buffers: Iterable<GPUCommandBuffer>) {
    current.begin();
    current.submits++;
    const result = submit.call(this, buffers);
    current.lastSubmit = performance.now();
    return result;
  };

  const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...counts: [number, number?, number?]) {
    current.dispatches++;
    return dispatchWorkgroups.apply(this, counts);
  };
}
