/**
 * Dropout whose mask is a pure function of integers, as one tfjs kernel with an implementation for each backend. The
 * random numbers are made where the tensor lies: no mask is uploaded, and all backends drop the same elements.
 *
 * Promises: element i of the NHWC tensor is kept where random/pcg.ts's dropoutKeeps says so, and then scaled by
 * 1 / (1 − rate). Must not know: layers, seeds and steps; it is given their hash, the key.
 */
import * as tf from '@tensorflow/tfjs';
import { type WebGPUBackend, type WebGPUProgram, webgpu_util } from '@tensorflow/tfjs-backend-webgpu';
import { pcg, toUnit } from '../../random/pcg.ts';

const KERNEL = 'CounterDropout';
const WORKGROUP = 64;

/** x [B,H,W,C] → the same shape, dropped out. `key` is 32-bit unsigned, `rate` in [0, 1). Has a gradient. */
export function counterDropout(x: tf.Tensor, key: number, rate: number): tf.Tensor {
  return tf.engine().runKernel(KERNEL, { x }, { key, rate }) as tf.Tensor;
}

function wgsl(rate: number): string {
  return `
    fn pcg(value : u32) -> u32 {
      let state = value * 747796405u + 2891336453u;
      let word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
      return (word >> 22u) ^ word;
    }
    fn main(index : i32) {
      if (index < uniforms.size) {
        let unit = f32(pcg(u32(index) + uniforms.key) >> 8u) / 16777216.0;
        var value = 0.0;
        if (unit >= ${float(rate)}) {
          value = getXByOutputIndex(index) * ${float(1 / (1 - rate))};
        }
        setOutputAtIndex(index, value);
      }
    }`;
}

function glsl([, height, width, channels]: readonly number[], rate: number): string {
  return `
    uint pcg(uint value) {
      uint state = value * 747796405u + 2891336453u;
      uint word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
      return (word >> 22u) ^ word;
    }
    void main() {
      ivec4 at = getOutputCoords();
      int index = ((at.x * ${height} + at.y) * ${width} + at.z) * ${channels} + at.w;
      float unit = float(pcg(uint(index) + uint(key)) >> 8u) / 16777216.0;
      setOutput(unit >= ${float(rate)} ? getXAtOutCoords() * ${float(1 / (1 - rate))} : 0.0);
    }`;
}

/** The nearest 32-bit float, written so that both shading languages read it as one. */
function float(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

interface Attributes {
  readonly key: number;
  readonly rate: number;
}

interface KernelCall {
  readonly inputs: tf.NamedTensorInfoMap;
  readonly backend: unknown;
  readonly attrs?: unknown;
}

function take({ inputs, attrs }: KernelCall): { x: tf.TensorInfo } & Attributes {
  const { x } = inputs;
  if (!x) throw new Error(`${KERNEL} needs an input`);
  return { x, ...(attrs as Attributes) };
}

function onWebgpu(call: KernelCall): tf.TensorInfo {
  const { x, key, rate } = take(call);
  const dispatchLayout = webgpu_util.flatDispatchLayout(x.shape);
  const program: WebGPUProgram = {
    variableNames: ['x'],
    outputShape: x.shape,
    dispatchLayout,
    dispatch: webgpu_util.computeDispatch(dispatchLayout, x.shape, [WORKGROUP, 1, 1]),
    workgroupSize: [WORKGROUP, 1, 1],
    size: true,
    uniforms: 'key : u32,',
    shaderKey: `counterDropout_${rate}`,
    getUserCode: () => wgsl(rate),
  };
  return (call.backend as WebGPUBackend).runWebGPUProgram(program, [x], x.dtype, [{ type: 'uint32', data: [key] }]);
}

function onWebgl(call: KernelCall): tf.TensorInfo {
  const { x, key, rate } = take(call);
  const program = {
    variableNames: ['X'],
    outputShape: x.shape,
    customUniforms: [{ name: 'key', type: 'int' as const }],
    userCode: glsl(x.shape, rate),
  };
  // The uniform is signed; the shader takes its bits.
  return (call.backend as tf.MathBackendWebGL).compileAndRun(program, [x], x.dtype, [[key | 0]]);
}

/** The cpu backend holds the values in JavaScript, so that reading them at once costs nothing. */
function onCpu(call: KernelCall): tf.TensorInfo {
  const { x, key, rate } = take(call);
  const backend = call.backend as tf.KernelBackend & {
    makeTensorInfo(shape: number[], dtype: tf.DataType, values: Float32Array): tf.TensorInfo;
  };
  const values = backend.readSync(x.dataId) as Float32Array;
  const scale = Math.fround(1 / (1 - rate));
  const threshold = Math.fround(rate);
  const dropped = values.map((value, i) => (toUnit(pcg((i + key) >>> 0)) >= threshold ? value * scale : 0));
  return backend.makeTensorInfo(x.shape, x.dtype, dropped);
}

const implementations = { webgpu: onWebgpu, webgl: onWebgl, cpu: onCpu };
for (const [backendName, kernelFunc] of Object.entries(implementations))
  if (!tf.getKernel(KERNEL, backendName)) tf.registerKernel({ kernelName: KERNEL, backendName, kernelFunc });
if (!tf.getGradient(KERNEL))
  tf.registerGradient({
    kernelName: KERNEL,
    gradFunc: (dy, _saved, attrs) => {
      const { key, rate } = attrs as unknown as Attributes;
      return { x: () => counterDropout(dy as tf.Tensor, key, rate) };
    },
  });
