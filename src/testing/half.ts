/**
 * Half precision on adapters without 16-bit floats, to see what it computes: whatever a shader stores as f16 is rounded to one
 * and kept in 32 bits.
 */

/** The same device, but for shaders, which it rewrites, and buffers, which it makes twice as large. */
export function emulateHalf(device: GPUDevice): GPUDevice {
  const replaced: Partial<Record<string | symbol, unknown>> = {
    features: new Set([...device.features, 'shader-f16']),
    createShaderModule: (descriptor: GPUShaderModuleDescriptor) =>
      device.createShaderModule({ ...descriptor, code: rewrite(descriptor.code) }),
    createBuffer: (descriptor: GPUBufferDescriptor) =>
      device.createBuffer({
        ...descriptor,
        size: descriptor.size * (descriptor.usage & GPUBufferUsage.STORAGE ? 2 : 1),
      }),
  };
  return new Proxy(device, {
    get(target, key) {
      const value: unknown = replaced[key] ?? Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function rewrite(code: string): string {
  if (!code.includes('enable f16;')) return code;
  return [
    code
      .replace('enable f16;', '')
      .replace('alias Stored = f16;', 'alias Stored = f32;')
      .replace(/\bStored\(/g, 'rounded('),
    'fn rounded(value: f32) -> f32 { return unpack2x16float(pack2x16float(vec2f(value, 0.0))).x; }',
  ].join('\n');
}
