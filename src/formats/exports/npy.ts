/** An array as a NumPy file, version 1.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): 32-bit floats, little-endian, in C order. */

const MAGIC = '\u0093NUMPY\u0001\u0000';

/** Throws RangeError where the values do not fill the shape. */
export function writeNpy(shape: readonly number[], values: Float32Array): Uint8Array<ArrayBuffer> {
  const count = shape.reduce((product, side) => product * side, 1);
  if (values.length !== count) throw new RangeError(`${values.length} values do not fill ${shape.join(' × ')}`);
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.map(side => `${side},`).join(' ')}), }`;
  // Magic, length and header end at a multiple of 64, the header with a line feed.
  const length = Math.ceil((MAGIC.length + 2 + text.length + 1) / 64) * 64;
  const header = `${text.padEnd(length - MAGIC.length - 3)}\n`;
  const bytes = new Uint8Array(length + 4 * count);
  const view = new DataView(bytes.buffer);
  [...MAGIC].forEach((sign, i) => {
    bytes[i] = sign.charCodeAt(0);
  });
  view.setUint16(MAGIC.length, header.length, true);
  bytes.set(new TextEncoder().encode(header), MAGIC.length + 2);
  values.forEach((value, i) => {
    view.setFloat32(length + 4 * i, value, true);
  });
  return bytes;
}
