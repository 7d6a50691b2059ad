/**
 * The only place of `navigator.gpu`. Asks for a device with all that its adapter gives: the largest buffers and workgroups,
 * and the optional features that some kernel variant or measurement uses.
 *
 * Must not know: networks, engines, what the device is used for.
 */

export interface GpuDevice {
  readonly device: GPUDevice;
  readonly info: GPUAdapterInfo;
  /** Those that the device has, sorted. */
  readonly features: string[];
  /** Whether the adapter is software rendering: correct, and slow. */
  readonly isFallback: boolean;
}

/** WebGPU is missing in this browser, or has no adapter to give. */
export class NoAdapterError extends Error {
  override readonly name = 'NoAdapterError';
}

const WANTED_FEATURES = ['shader-f16', 'subgroups', 'timestamp-query'] as const;

const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

/**
 * A fresh device of the adapter for high performance. Throws NoAdapterError where there is none; any other rejection is the
 * browser's own. `withholdF16` leaves shader-f16 out, to see how the page fares without.
 */
export async function requestGpuDevice(
  gpu: GPU | undefined = globalThis.navigator?.gpu,
  { withholdF16 = false }: { withholdF16?: boolean } = {},
): Promise<GpuDevice> {
  if (!gpu) throw new NoAdapterError('this browser has no WebGPU');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new NoAdapterError('WebGPU has no adapter to give');
  const requiredFeatures = WANTED_FEATURES.filter(
    feature => adapter.features.has(feature) && !(withholdF16 && feature === 'shader-f16'),
  );
  const requiredLimits = Object.fromEntries(WANTED_LIMITS.map(name => [name, adapter.limits[name]]));
  const device = await adapter.requestDevice({ requiredFeatures, requiredLimits });
  return {
    device,
    info: adapter.info,
    features: [...device.features].sort(),
    isFallback: isSoftware(adapter.info),
  };
}

/** Whether an adapter computes on the processor. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  const names = `${info.vendor} ${info.architecture} ${info.description}`.toLowerCase();
  return info.isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render/.test(names);
}
