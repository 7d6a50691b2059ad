/**
 * The kernels of the CPU engine by name, and calls of them as data. A kernel's shape is the class that its text declares: field by field,
 * four bytes each. A call gives an object with exactly these names; a field that holds an address is given a slot, or an address in one.
 */
import { shapes } from 'virtual:cpu-kernels';
import type { Slot } from './dispatch.ts';

/** The class of each kernel's shape; a kernel's number is its place here, and cpu.as must agree. */
export const KERNELS = {
  augmentImages: 'AugmentShape',
  augmentMasks: 'AugmentShape',
  packWeights: 'PackShape',
  conv: 'ConvShape',
  filterGradient: 'FilterGradientShape',
  joinFilterGradient: 'JoinShape',
  biasGradient: 'BiasShape',
  joinBiasGradient: 'BiasShape',
  leakyReluGradient: 'LeakyReluShape',
  normMoments: 'NormShape',
  normMomentsOfChunks: 'NormShape',
  normApply: 'NormShape',
  normSums: 'NormShape',
  normSumsOfChunks: 'NormShape',
  normGradient: 'NormShape',
  normParameterGradients: 'NormParametersShape',
  upsampleGradient: 'UpsampleShape',
  maxPool: 'PoolShape',
  maxPoolGradient: 'PoolShape',
  lossSums: 'LossShape',
  loss: 'LossShape',
  lossGradient: 'LossShape',
  probabilities: 'ProbabilitiesShape',
  channelMeans: 'ChannelMeansShape',
  squares: 'AdamShape',
  adam: 'AdamShape',
} as const;

export type KernelName = keyof typeof KERNELS;

export const KERNEL_NAMES = Object.keys(KERNELS) as KernelName[];

export interface Field {
  readonly name: string;
  readonly type: 'usize' | 'i32' | 'u32' | 'f32';
}

/** Fields of a class in their order, those of the class it extends first. Throws where the kernels' texts declare none of that name. */
export function fieldsOf(name: string): readonly Field[] {
  const fields = shapes[name];
  if (!fields) throw new Error(`no kernel declares ${name}`);
  return fields.map(([field, type]) => ({ name: field, type }));
}

/** A byte in a slot. */
export interface Address {
  readonly slot: Slot;
  readonly bytes: number;
}

export type FieldValue = number | Slot | Address;

export interface KernelCall {
  readonly label: string;
  readonly kernel: KernelName;
  /** The shape's words: numbers, float bits included, and addresses in slots, which become those in memory. */
  readonly words: readonly (number | Address)[];
  /** Independent parts; any thread may take any, in any order. */
  readonly chunks: number;
  /** Bytes of its own that a thread needs. */
  readonly scratch: number;
  readonly bindings: readonly { readonly kind: 'use'; readonly slot: Slot }[];
  readonly flops: number;
  readonly concurrent?: boolean;
}

export interface CallOptions {
  readonly label: string;
  readonly chunks: number;
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** Words behind the shape's. */
  readonly tail?: readonly number[];
  readonly scratch?: number;
  readonly flops?: number;
  readonly concurrent?: boolean;
  /** Slots that it uses beside those of its fields. */
  readonly uses?: readonly Slot[];
}

/** Throws where a field of the kernel's shape is missing, or one is given that it has not. */
export function call(kernel: KernelName, options: CallOptions): KernelCall {
  const { label, chunks, fields, tail = [], scratch = 0, flops = 0, concurrent = false, uses = [] } = options;
  const declared = fieldsOf(KERNELS[kernel]);
  const unknown = Object.keys(fields).filter(name => !declared.some(field => field.name === name));
  if (unknown.length > 0) throw new Error(`${label}: ${KERNELS[kernel]} has no ${unknown.join(', ')}`);
  const words = declared.map(({ name, type }) => {
    const value = fields[name];
    if (value === undefined) throw new Error(`${label}: ${KERNELS[kernel]} needs ${name}`);
    if (typeof value === 'number') return type === 'f32' ? floatWord(value) : value;
    return 'slot' in value ? value : { slot: value, bytes: 0 };
  });
  const addresses = words.filter(word => typeof word !== 'number');
  const slots = new Set([...addresses.map(address => address.slot), ...uses]);
  return {
    ...{ label, kernel, chunks, scratch, flops, concurrent },
    words: [...words, ...tail],
    bindings: [...slots].map(slot => ({ kind: 'use', slot })),
  };
}

const bits = new DataView(new ArrayBuffer(4));

function floatWord(value: number): number {
  bits.setFloat32(0, value);
  return bits.getInt32(0);
}
