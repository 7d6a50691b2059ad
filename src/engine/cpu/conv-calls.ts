/** Convolutions and their gradients as calls of conv.as and its neighbours, with the packing of their weights. */
import {
  BLOCK,
  forwardWindow,
  inputGradientWindow,
  type PackedPhase,
  packed,
  tapBits,
  type Window,
} from '../../kernels/conv/phases.ts';
import { call, type KernelCall } from '../../kernels/cpu-kernels.ts';
import type { Slot, View } from '../../kernels/dispatch.ts';
import {
  type ConvFilterGradient,
  type ConvForward,
  type ConvInputGradient,
  type PlanSlots,
  persistent,
  scratch,
  type Table,
} from '../lowering/operations.ts';
import { areaOf, chunksOf, partsOf } from './conv-chunks.ts';
import { address } from './view-address.ts';

/** Kernels read whole vectors, up to 8 values past the last channel of a view. */
const SLACK = 32;

/** The weights of many convolutions in one slot, packed by one call. */
class Packing {
  readonly slot: Slot;
  readonly #name: string;
  readonly #convs: number[][] = [];
  readonly #phases: number[][] = [];
  #count = 0;
  #chunks = 0;

  constructor(name: string) {
    this.#name = name;
    const bytes = () => Math.max(16, this.#count * 4 + SLACK);
    this.slot = {
      name,
      persistent: false,
      // Grows until the last convolution is in.
      get bytes() {
        return bytes();
      },
    };
  }

  /** Place of the first packed weight. */
  add(conv: { source: number; kernel: number; inputs: number; outputs: number; transposed: boolean }, window: Window) {
    const { phases, size } = packed(window, conv.inputs, conv.outputs);
    const to = this.#count;
    this.#count += size;
    this.#chunks += phases.length * Math.ceil(conv.outputs / BLOCK);
    const { source, kernel, inputs, outputs, transposed } = conv;
    this.#convs.push([source, to, kernel, inputs, outputs, transposed ? 1 : 0, phases.length]);
    this.#phases.push(phases.flatMap(packedPhaseWords));
    return { to, phases };
  }

  calls(weights: Slot): { calls: KernelCall[]; tables: Table[] } {
    if (this.#convs.length === 0) return { calls: [], tables: [] };
    let at = this.#convs.length * 8;
    const words = [
      ...this.#convs.flatMap((conv, i) => {
        const first = at;
        at += this.#phases[i]?.length ?? 0;
        return [...conv, first];
      }),
      ...this.#phases.flat(),
    ];
    const table = persistent(`${this.#name} table`, words.length * 4);
    const fields = { weights, packed: this.slot, table, convs: this.#convs.length };
    return {
      calls: [call('packWeights', { label: this.#name, chunks: this.#chunks, fields })],
      tables: [{ slot: table, words: Uint32Array.from(words) }],
    };
  }
}

function packedPhaseWords({ rowTaps, columnTaps, weights }: PackedPhase): number[] {
  return [rowTaps.length, columnTaps.length, weights, tapBits(rowTaps), tapBits(columnTaps)];
}

/** Phases as conv.as reads them. */
function phaseWords(phases: readonly PackedPhase[], inputs: number): number[] {
  return phases.flatMap(phase => [
    phase.top,
    phase.left,
    phase.rowTaps.length,
    phase.columnTaps.length * inputs,
    phase.weights,
    phase.outputRow,
    phase.outputColumn,
  ]);
}

/** Multiply-adds counted as two, as they are computed. */
function flopsOf(phases: readonly PackedPhase[], grid: number, batch: number, inputs: number, outputs: number): number {
  const taps = phases.reduce((sum, { rowTaps, columnTaps }) => sum + rowTaps.length * columnTaps.length, 0);
  return 2 * taps * grid ** 2 * batch * inputs * outputs;
}

function source(view: View) {
  return { data: address(view), side: view.side, stride: view.stride, channels: view.channels };
}

export class ConvCalls {
  readonly tables: Table[] = [];
  readonly #slots: PlanSlots;
  readonly #forward = new Packing('packed weights');
  readonly #backward = new Packing('packed weights of input gradients');

  constructor(slots: PlanSlots) {
    this.#slots = slots;
  }

  forward({ label, input, output, weightsAt, kernel, biasAt, residual, slope, ...form }: ConvForward): KernelCall[] {
    const conv = { source: weightsAt, kernel, inputs: input.channels, outputs: output.channels, transposed: false };
    return this.#conv(label, this.#forward, conv, forwardWindow({ kernel, ...form }), input, output, {
      bias: biasAt === undefined ? 0 : { slot: this.#slots.weights, bytes: biasAt * 4 },
      residual: residual ? address(residual) : 0,
      residualStride: residual?.stride ?? 0,
      residualRaised: residual && residual.side !== output.side ? 1 : 0,
      slope: slope ?? 1,
      accumulate: 0,
    });
  }

  inputGradient({ label, gradient, target, weightsAt, kernel, accumulate, ...form }: ConvInputGradient): KernelCall[] {
    const conv = { source: weightsAt, kernel, inputs: gradient.channels, outputs: target.channels, transposed: true };
    return this.#conv(label, this.#backward, conv, inputGradientWindow({ kernel, ...form }), gradient, target, {
      ...{ bias: 0, residual: 0, residualStride: 0, residualRaised: 0, slope: 1 },
      accumulate: accumulate ? 1 : 0,
    });
  }

  #conv(
    label: string,
    packing: Packing,
    conv: Parameters<Packing['add']>[0],
    window: Window,
    input: View,
    output: View,
    finish: Parameters<typeof call>[1]['fields'],
  ): KernelCall[] {
    const { to, phases } = packing.add(conv, window);
    const { inputs, outputs } = conv;
    const grid = output.side / window.outputStep;
    const width = (grid - 1) * window.inputStep + window.span;
    const chunks = chunksOf({ grid, batch: output.batch, inputs, outputs, width, ...window });
    return [
      call('conv', {
        label,
        chunks: chunks.count,
        scratch: chunks.patchBytes + grid * BLOCK * 4,
        flops: flopsOf(phases, grid, output.batch, inputs, outputs),
        fields: {
          ...source(input),
          ...{ output: address(output), outputSide: output.side, outputStride: output.stride, outputs },
          weights: { slot: packing.slot, bytes: to * 4 },
          ...finish,
          ...{ grid, inputStep: window.inputStep, outputStep: window.outputStep },
          ...{ top: window.first, left: window.first, width, span: window.span },
          ...{ rowsPerChunk: chunks.rows, rowChunks: chunks.rowChunks },
          ...{ blocksPerChunk: chunks.blocks, blockChunks: chunks.blockChunks },
          ...{ patchBytes: chunks.patchBytes, phases: phases.length },
        },
        tail: phaseWords(phases, inputs),
      }),
    ];
  }

  filterGradient({ label, input, gradient, weightsAt, kernel, ...form }: ConvFilterGradient): KernelCall[] {
    const window = forwardWindow({ kernel, ...form });
    const [inputs, outputs, images] = [input.channels, gradient.channels, gradient.batch];
    const { phases, size } = packed(window, inputs, outputs);
    const grid = gradient.side / window.outputStep;
    const area = areaOf({ grid, inputs, ...window });
    const parts = partsOf({ lines: images * grid, outputs });
    const partial = scratch(`${label} parts`, parts.count * size * 4);
    const { each: inputsPerChunk, chunks: inputChunks } = joinCut(inputs, outputs);
    return [
      call('filterGradient', {
        label,
        chunks: parts.count * parts.blockChunks,
        scratch: area.patchBytes,
        flops: flopsOf(phases, grid, images, inputs, outputs),
        fields: {
          ...source(input),
          ...{ gradient: address(gradient), gradientSide: gradient.side, gradientStride: gradient.stride, outputs },
          ...{ partial, partialSize: size, images, grid },
          ...{ inputStep: window.inputStep, outputStep: window.outputStep },
          ...{ top: window.first, left: window.first, span: window.span },
          ...{ rowsPerPart: parts.rows, areaRows: area.rows, areaColumns: area.columns },
          ...{ blocksPerChunk: parts.blocks, blockChunks: parts.blockChunks, phases: phases.length },
        },
        tail: phaseWords(phases, inputs),
      }),
      call('joinFilterGradient', {
        label: `${label} sum`,
        chunks: kernel * kernel * inputChunks,
        fields: {
          ...{ partial, partialSize: size, parts: parts.count },
          gradients: { slot: this.#slots.gradients, bytes: weightsAt * 4 },
          ...{ kernel, inputs, outputs, inputsPerChunk, inputChunks, phases: phases.length },
        },
        tail: phases.flatMap(packedPhaseWords),
      }),
    ];
  }

  packForward(): KernelCall[] {
    return this.#pack(this.#forward);
  }

  packBackward(): KernelCall[] {
    return this.#pack(this.#backward);
  }

  #pack(packing: Packing): KernelCall[] {
    const { calls, tables } = packing.calls(this.#slots.weights);
    this.tables.push(...tables);
    return calls;
  }
}

/** Some thousand weights a chunk. */
function joinCut(inputs: number, outputs: number): { each: number; chunks: number } {
  const each = Math.min(inputs, Math.max(1, Math.ceil(2048 / outputs)));
  return { each, chunks: Math.ceil(inputs / each) };
}
