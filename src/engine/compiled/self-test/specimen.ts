/**
 * A dispatch in small: the same shader on a few made-up numbers, and what must come out, counted in double precision here. It is made from
 * the dispatch alone (its text, its shape, the names of its bindings), so that it tests the very shader that will train.
 */
import type { Dispatch, Slot } from '../../../kernels/dispatch.ts';
import { stepBytes } from '../../../kernels/step.ts';
import { declaredBindings, structFields, structValues, structWords } from '../../../kernels/wgsl.ts';
import { dropoutKeeps, pcg } from '../../../random/pcg.ts';
import { type Numbers, numberType, words } from './numbers.ts';

/** What a family knows of a dispatch. */
export interface Reading {
  readonly code: string;
  /** As it is in the plan. */
  readonly shape: Readonly<Record<string, number>>;
  /** A `const` of the text. Throws where there is none. */
  constant(name: string): number;
  has(text: string): boolean;
  binds(name: string): boolean;
}

export interface Sample {
  /** What differs from the dispatch's own shape; fields that only some shaders of the family have are passed over by the others. */
  readonly shape: Readonly<Record<string, number>>;
  readonly workgroups: readonly [number, number];
  /** What each binding holds at first. */
  readonly given: Readonly<Record<string, Numbers>>;
  /** What some of them hold afterwards; values that are NaN are not looked at. */
  readonly expected: Readonly<Record<string, Numbers>>;
}

/** The shaders of one kind, told by the fields of their shape and the names of their bindings: others are another's. */
export interface Family {
  readonly fields: string;
  /** Fields that only some have. */
  readonly optionalFields?: string;
  readonly bindings: string;
  /** Bindings that only some have. */
  readonly optional?: string;
  readonly sample: (reading: Reading) => Sample;
}

export interface Specimen {
  readonly dispatch: Dispatch;
  readonly data: ReadonlyMap<Slot, Uint32Array<ArrayBuffer>>;
  readonly expected: readonly { readonly slot: Slot; readonly values: Numbers; readonly type: 'f32' | 'f16' | 'u32' }[];
}

/** Of the one step that all specimens are in. */
export const STEP = { learningRate: 0.01, step: 2, seed: 3, beta1: 0.9, beta2: 0.999, lossScale: 2, averageKeep: 0.75 };

export function specimenStep(): ArrayBuffer {
  return stepBytes({ ...STEP, dropout: true });
}

/** As in random.wgsl, in that step. */
export function dropoutFactor(stream: number, rate: number, index: number): number {
  if (rate === 0) return 1;
  return dropoutKeeps(STEP.seed, STEP.step, stream, index, rate) ? 1 / (1 - rate) : 0;
}

/** Numbers from −2 to 2, exact in 16 bits, and never 0: nothing then depends on a rounding to one side or the other. */
export function noise(count: number, key: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => ((pcg((i + key * 65_537) >>> 0) & 255) - 127.5) / 64);
}

const names = (text: string) => text.split(' ').filter(Boolean);

/** Whether all that is required is there, and nothing that is unknown. */
function among(found: readonly string[], required: string, optional = ''): boolean {
  const known = [...names(required), ...names(optional)];
  return names(required).every(name => found.includes(name)) && found.every(name => known.includes(name));
}

function fits(family: Family, declared: readonly string[], bound: readonly string[]): boolean {
  const { fields, optionalFields, bindings, optional } = family;
  return among(declared, fields, optionalFields) && among(bound, bindings, optional);
}

function boundBy({ bindings }: Dispatch): string[] {
  return bindings.flatMap(binding => ('slot' in binding ? [binding.name] : []));
}

function isShaped({ bindings }: Dispatch): boolean {
  return bindings.some(({ kind }) => kind === 'shape');
}

/** undefined where none knows the shader. */
export function familyOf(dispatch: Dispatch, families: readonly Family[]): Family | undefined {
  const declared = isShaped(dispatch) ? structFields(dispatch.code, 'Shape').map(({ name }) => name) : [];
  const bound = boundBy(dispatch);
  return families.find(one => fits(one, declared, bound));
}

/** Throws where the family cannot read the shader. */
export function specimenOf(dispatch: Dispatch, family: Family): Specimen {
  const { code } = dispatch;
  const shaped = isShaped(dispatch);
  const bound = boundBy(dispatch);
  const shape = shaped ? structValues(code, 'Shape', dispatch.words) : {};
  const sample = family.sample({
    code,
    shape,
    constant(name) {
      const found = new RegExp(`\\bconst ${name} = ([^;]+);`).exec(code)?.[1];
      if (found === undefined) throw new Error(`${dispatch.label}: the shader has no constant ${name}`);
      return Number(found);
    },
    has: text => code.includes(text),
    binds: name => bound.includes(name),
  });
  const slots = new Map<string, { slot: Slot; type: 'f32' | 'f16' | 'u32' }>();
  const data = new Map<Slot, Uint32Array<ArrayBuffer>>();
  for (const { name, access } of declaredBindings(code)) {
    if (access === 'uniform') continue;
    const values = sample.given[name];
    if (!values) throw new Error(`${dispatch.label}: nothing is given for ${name}`);
    const type = numberType(code, name);
    const encoded = words(values, type);
    const slot = { name: `specimen ${name}`, bytes: encoded.byteLength, persistent: true };
    slots.set(name, { slot, type });
    data.set(slot, encoded);
  }
  const place = (name: string) => {
    const found = slots.get(name);
    if (!found) throw new Error(`${dispatch.label}: the shader does not bind ${name}`);
    return found;
  };
  return {
    dispatch: {
      ...dispatch,
      bindings: dispatch.bindings.map(binding =>
        'slot' in binding ? { ...binding, slot: place(binding.name).slot } : binding,
      ),
      words: shaped ? structWords(code, 'Shape', { ...shape, ...known(sample.shape, shape) }, dispatch.label) : [],
      workgroups: sample.workgroups,
    },
    data,
    expected: Object.entries(sample.expected).map(([name, values]) => ({ ...place(name), values })),
  };
}

function known(changes: Readonly<Record<string, number>>, shape: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(changes).filter(([name]) => name in shape));
}
