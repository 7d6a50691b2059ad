/**
 * What a shader's text says about its host's side: the fields of its uniform structs and the names of its bindings. The text is
 * the one place where these are declared; host code gives values by name, and anything that does not fit throws.
 *
 * Not a WGSL parser: it reads the plain declarations that the shaders here are written with.
 */

export interface Field {
  readonly name: string;
  readonly type: 'u32' | 'i32' | 'f32';
}

export interface DeclaredBinding {
  readonly name: string;
  /** Its number in group 0; numbers may have gaps. */
  readonly at: number;
  readonly access: 'uniform' | 'read' | 'write';
}

const COMMENT = /\/\/.*$/gm;

/** The fields of a struct of 32-bit scalars, in order: field i is word i. Throws if there is no such struct, or it holds other types. */
export function structFields(code: string, struct: string): Field[] {
  const body = new RegExp(`\\bstruct ${struct}\\s*\\{([^}]*)\\}`).exec(code.replace(COMMENT, ''))?.[1];
  if (body === undefined) throw new Error(`the shader has no struct ${struct}`);
  const parts = body.split(',').map(part => part.trim());
  return parts.filter(Boolean).map(part => {
    const [, name, type] = /^(\w+)\s*:\s*(\w+)$/.exec(part) ?? [];
    if (name && (type === 'u32' || type === 'i32' || type === 'f32')) return { name, type };
    throw new Error(`struct ${struct}: “${part}” is not a 32-bit scalar`);
  });
}

/** The bindings of group 0, in the order of their declarations. */
export function declaredBindings(code: string): DeclaredBinding[] {
  const declarations = code
    .replace(COMMENT, '')
    .matchAll(/@group\(0\)\s*@binding\((\d+)\)\s*var<(uniform|storage,\s*read(_write)?)>\s*(\w+)\s*:/g);
  return [...declarations].map(([, at, space, written, name = '']) => ({
    name,
    at: Number(at),
    access: space === 'uniform' ? 'uniform' : written ? 'write' : 'read',
  }));
}

/**
 * The words of a struct: unsigned integers, or the bits of a signed one or a float. Throws on a name that is missing or unknown, and on a
 * number that the field's type cannot hold; `label` says in the error whose struct it is.
 */
export function structWords(
  code: string,
  struct: string,
  values: Readonly<Record<string, number>>,
  label: string,
): number[] {
  const fields = structFields(code, struct);
  sameNames(
    `${label}: struct ${struct}`,
    fields.map(field => field.name),
    Object.keys(values),
  );
  return fields.map(({ name, type }) => {
    const value = values[name] ?? Number.NaN;
    if (type === 'f32') return floatBits(value);
    if (value !== (type === 'u32' ? value >>> 0 : value | 0))
      throw new RangeError(`${label}: struct ${struct}: ${name} is ${value}, which is no ${type}`);
    return value >>> 0;
  });
}

/** The other way: what a struct's words hold, by name. */
export function structValues(code: string, struct: string, words: readonly number[]): Record<string, number> {
  const { buffer } = Uint32Array.from(words);
  const read = { u32: new Uint32Array(buffer), i32: new Int32Array(buffer), f32: new Float32Array(buffer) };
  return Object.fromEntries(structFields(code, struct).map(({ name, type }, i) => [name, read[type][i] ?? Number.NaN]));
}

/** Threads of a workgroup in x, y and z, of a shader with one entry point whose sizes are numbers or constants of the text. */
export function workgroupSize(code: string): [number, number, number] {
  const sizes = /@workgroup_size\(([^)]*)\)/.exec(code.replace(COMMENT, ''))?.[1];
  if (sizes === undefined) throw new Error('the shader has no @workgroup_size');
  const [x = 1, y = 1, z = 1] = sizes.split(',').map(size => {
    const constant = new RegExp(`\\bconst ${size.trim()} = (\\d+)`).exec(code)?.[1];
    const value = Number.parseInt(constant ?? size, 10);
    if (!Number.isInteger(value)) throw new Error(`the size of a workgroup, ${size}, is no constant of the text`);
    return value;
  });
  return [x, y, z];
}

/** Throws unless both lists hold the same names; `what` says of what. */
export function sameNames(what: string, declared: readonly string[], given: readonly string[]): void {
  const missing = declared.filter(name => !given.includes(name));
  const unknown = given.filter(name => !declared.includes(name));
  if (missing.length > 0) throw new Error(`${what}: no value for ${missing.join(', ')}`);
  if (unknown.length > 0) throw new Error(`${what} has no ${unknown.join(', ')}`);
}

/** The 32 bits of a float, as an unsigned integer. */
export function floatBits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
}
