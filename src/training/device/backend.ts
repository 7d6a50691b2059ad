/** Which device trains, and how an engine is made on it. Engines are loaded when first wanted: tfjs is most of the bytes. */
import { cpuSupport } from '../../engine/cpu/support.ts';
import type { Engine, EngineSettings } from '../../engine/engine.ts';
import { type GpuDevice, NoAdapterError, requestGpuDevice } from '../../kernels/device.ts';
import type { DeviceChoice, DeviceReport } from '../../protocol/device.ts';
import { AppError } from '../../protocol/errors.ts';
import type { EngineChoice } from '../../protocol/settings.ts';
import { race, type Speeds } from './race.ts';
import { speedStore, tuningStore } from './tuning-store.ts';

export interface Backend {
  readonly report: DeviceReport;
  readonly engine: Engine['name'];
  createEngine(settings: EngineSettings): Promise<Engine>;
  /** Resolves with the reason when the device is gone; never where that cannot be told. */
  readonly lost: Promise<string>;
  dispose(): void;
  /** Another backend that might train faster at some settings. */
  readonly rival?: Rival;
  /** The next best one, where the page may choose: for a device that computes wrongly. */
  readonly next?: () => Backend;
}

export interface Rival {
  open(): Backend;
  /** Measured once for settings of a kind, then remembered. */
  race(settings: EngineSettings, filters: number): Promise<Speeds>;
}

/**
 * `auto`: a GPU where there is one; the CPU's cores where there is none, or only a software adapter, which never beats them; WebGL where
 * the browser has no SIMD either. Throws AppError 'no-webgpu', 'no-webgl' or 'no-simd'.
 */
export async function openBackend({ engine, threads }: DeviceChoice): Promise<Backend> {
  switch (engine) {
    case 'webgl':
      return openWebgl();
    case 'cpu':
      return openCpu(threads);
    case 'compiled':
    case 'tfjs':
      return openWebgpu(engine, await requestGpu());
    case 'auto': {
      const gpu = await requestGpu().catch(error => {
        if (error instanceof AppError && error.code === 'no-webgpu') return undefined;
        throw error;
      });
      if (gpu && !gpu.isFallback) {
        const backend = openWebgpu(engine, gpu);
        if (!cpuSupport().simd) return { ...backend, next: openWebgl };
        const cpu = openCpu(threads);
        return { ...backend, rival: cpuBeside(backend, gpu.info, cpu), next: () => cpu };
      }
      if (cpuSupport().simd) {
        gpu?.device.destroy();
        return openCpu(threads);
      }
      return gpu ? { ...openWebgpu(engine, gpu), next: openWebgl } : openWebgl();
    }
    default:
      throw engine satisfies never;
  }
}

function requestGpu(): Promise<GpuDevice> {
  return requestGpuDevice().catch(error => {
    if (error instanceof NoAdapterError)
      throw new AppError('no-webgpu', 'This browser gives the page no WebGPU', 'use the CPU engine', { cause: error });
    throw error;
  });
}

/** All that a WebAssembly.Memory can have: the bytes that 32-bit addresses reach. */
const CPU_BYTES = 2 ** 32;

/**
 * Half of the machine's memory, as far as the browser tells it: in GiB, rounded, and at most 8 in Chromium; others tell nothing. The rest
 * is for the system, the page and the images.
 */
function memoryToHave(): number | undefined {
  const { deviceMemory } = (globalThis.navigator ?? {}) as { readonly deviceMemory?: number };
  return deviceMemory === undefined ? undefined : (deviceMemory / 2) * 2 ** 30;
}

/** `wanted` threads; 0 takes one for each core. */
function openCpu(wanted: number): Backend {
  const { simd, relaxed, shared, cores } = cpuSupport();
  if (!simd)
    throw new AppError(
      'no-simd',
      'This browser’s WebAssembly has no SIMD, which the CPU engine needs',
      'use another browser or update this one',
    );
  const threads = shared ? wanted || cores : 1;
  return {
    engine: 'cpu',
    report: {
      engine: 'cpu',
      vendor: '',
      architecture: '',
      description: `${threads} ${threads === 1 ? 'thread' : 'threads'}`,
      features: ['simd', ...(relaxed ? ['relaxed-simd'] : []), ...(shared ? ['shared-memory'] : [])],
      fallback: false,
      maxBufferBytes: CPU_BYTES,
      memoryBytes: Math.min(CPU_BYTES, memoryToHave() ?? CPU_BYTES),
      threads,
      limits: {},
    },
    createEngine: async settings => {
      if (settings.half) throw noHalf();
      const { createCpuEngine } = await import('../../engine/cpu/engine.ts');
      return createCpuEngine(settings, { threads: shared ? threads : 0 });
    },
    // A thread that ends makes the engine's own answers fail.
    lost: new Promise(() => {}),
    dispose: () => {},
  };
}

function cpuBeside(gpu: Backend, info: GPUAdapterInfo, cpu: Backend): Rival {
  const threads = cpu.report.threads ?? 1;
  const remembered = speedStore(info, threads);
  return {
    open: () => cpu,
    async race(settings, filters) {
      const { network, size, batch } = settings;
      const key = [network.arch, size, filters, batch].join();
      const known = await remembered.load(key);
      if (known) return known;
      const clock = () => performance.now();
      const speeds = await race({ gpu: gpu.createEngine, cpu: cpu.createEngine, threads, clock }, settings, filters);
      await remembered.save(key, speeds);
      return speeds;
    },
  };
}

function openWebgpu(choice: EngineChoice, gpu: GpuDevice): Backend {
  const { device, info, features, isFallback } = gpu;
  let onMissed = (_reason: string) => {};
  const missed = new Promise<string>(resolve => {
    onMissed = resolve;
  });
  return {
    engine: choice === 'tfjs' ? 'tfjs-webgpu' : 'compiled',
    report: {
      engine: 'webgpu',
      vendor: info.vendor,
      architecture: info.architecture,
      description: info.description || info.device,
      features: [...features],
      fallback: isFallback,
      maxBufferBytes: Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize),
      // A software adapter takes the machine's own memory; of a graphics card's nobody tells.
      ...(isFallback && memoryToHave() !== undefined ? { memoryBytes: memoryToHave() } : {}),
      limits: limitsOf(device.limits),
    },
    createEngine: async settings => {
      if (settings.half && (choice === 'tfjs' || !features.includes('shader-f16'))) throw noHalf();
      if (choice === 'tfjs') {
        const { createTfjsEngine } = await import('../../engine/tfjs/engine.ts');
        return createTfjsEngine({ kind: 'webgpu', device, info }, settings);
      }
      const { createCompiledEngine } = await import('../../engine/compiled/engine.ts');
      return createCompiledEngine(device, settings, { tuning: tuningStore(device), onMissed });
    },
    lost: Promise.race([uselessFrom(device), missed]),
    dispose: () => device.destroy(),
  };
}

/** The limits are getters of the prototype, which a copy of the object's own properties would miss. */
function limitsOf(limits: GPUSupportedLimits): Record<string, number> {
  const all: Record<string, number> = {};
  for (const name in limits) {
    const value: unknown = limits[name as keyof GPUSupportedLimits];
    if (typeof value === 'number') all[name] = value;
  }
  return all;
}

/** Resolves with the reason once the device is lost or reports an error by itself, after which its results mean nothing. */
function uselessFrom(device: GPUDevice): Promise<string> {
  return new Promise(resolve => {
    void device.lost.then(({ message, reason }) => resolve(message || reason));
    device.addEventListener('uncapturederror', ({ error }) => resolve(error.message));
  });
}

function openWebgl(): Backend {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl)
    throw new AppError(
      'no-webgl',
      'This browser gives the page no WebGL 2 either',
      'use another browser or update this one',
    );
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  const read = (parameter: number) => String(gl.getParameter(parameter) ?? '');
  const description = read(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  const report: DeviceReport = {
    engine: 'webgl',
    vendor: read(names ? names.UNMASKED_VENDOR_WEBGL : gl.VENDOR),
    architecture: '',
    description,
    features: [],
    fallback: /swiftshader|llvmpipe|basic render/i.test(description),
    maxBufferBytes: 0,
    limits: {},
  };
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return {
    engine: 'tfjs-webgl',
    report,
    createEngine: async settings => {
      if (settings.half) throw noHalf();
      const { createTfjsEngine } = await import('../../engine/tfjs/engine.ts');
      return createTfjsEngine({ kind: 'webgl' }, settings);
    },
    lost: new Promise(() => {}),
    dispose: () => {},
  };
}

function noHalf(): AppError {
  return new AppError(
    'bad-settings',
    'Half precision needs the compiled engine and a GPU with 16-bit floats (WebGPU’s shader-f16)',
    'switch half precision off',
  );
}
