/** Numbers as a shader's arrays hold them, in 32 or 16 bits, and back. */

export type Numbers = Float64Array | Uint32Array;
type NumberType = 'f32' | 'f16' | 'u32';

/** What the array that a text declares under a name is made of; vectors are their numbers, and structs of tables are integers. */
export function numberType(code: string, name: string): NumberType {
  const element = new RegExp(`\\b${name}\\s*:\\s*array<([^;]+)>\\s*;`).exec(code)?.[1] ?? '';
  // What another name stands for, of `Stored` what its text says.
  const meaning = new RegExp(`\\balias ${element} = ([^;]+);`).exec(code)?.[1] ?? element;
  if (/\bStored\b|f16/.test(`${element} ${meaning}`)) return /alias Stored = f16/.test(code) ? 'f16' : 'f32';
  return /^(f32|vec[24]f)$/.test(meaning) ? 'f32' : 'u32';
}

/** Whole words of 16 bytes. 16-bit floats must be exact: multiples of 2⁻⁸ below 4 are. */
export function words(values: Numbers, type: NumberType): Uint32Array<ArrayBuffer> {
  const bytes = Math.max(16, Math.ceil((values.length * (type === 'f16' ? 2 : 4)) / 16) * 16);
  const buffer = new ArrayBuffer(bytes);
  if (type === 'f16') new Uint16Array(buffer).set(Array.from(values, toHalf));
  else if (type === 'f32') new Float32Array(buffer).set(values);
  else new Uint32Array(buffer).set(values);
  return new Uint32Array(buffer);
}

/** The first `count` numbers of a buffer. */
export function numbers(buffer: ArrayBuffer, at: number, count: number, type: NumberType): ArrayLike<number> {
  if (type === 'u32') return new Uint32Array(buffer, at, count);
  if (type === 'f32') return new Float32Array(buffer, at, count);
  return Array.from(new Uint16Array(buffer, at, count), fromHalf);
}

function toHalf(value: number): number {
  if (value === 0) return 0;
  const size = Math.abs(value);
  const exponent = Math.floor(Math.log2(size));
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | ((size / 2 ** exponent - 1) * 1024);
}

function fromHalf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, (bits & 1023) / 1024];
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1 + fraction) * 2 ** (exponent - 15) : fraction * 2 ** -14);
}
