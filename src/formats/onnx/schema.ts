/**
 * The part of ONNX's protobuf schema (onnx.proto of ONNX 1.12, IR version 8) that a model of this page needs, written and read field by field.
 * Fields of the schema that are not listed here are passed over when reading.
 */
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

export const FLOAT = 1;

export type Attribute = number | readonly number[] | string | { readonly float: number };

export interface OnnxNode {
  readonly name: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** A number or a list is integer, a text a string; floats are marked. */
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  /** Little-endian values, row-major. */
  readonly raw: Uint8Array;
}

/** A side is a number, or a name where it is free. */
export interface OnnxValue {
  readonly name: string;
  readonly shape: readonly (number | string)[];
}

export interface OnnxModel {
  readonly producer: string;
  readonly opset: number;
  readonly graphName: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  readonly metadata: Readonly<Record<string, string>>;
}

const IR_VERSION = 8;
/** Of anything that a file repeats. The largest network has 170 operators; two bytes are an empty one, and 100 million would fill the memory. */
const MOST_PARTS = 10_000;
/** AttributeProto.AttributeType. */
const kinds = { float: 1, integer: 2, text: 3, integers: 7 } as const;

export function encodeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  const part = (field: number, body: () => void) => {
    writer.tag(field, WireType.LengthDelimited).fork();
    body();
    writer.join();
  };
  const text = (field: number, value: string) => writer.tag(field, WireType.LengthDelimited).string(value);
  const integer = (field: number, value: number) => writer.tag(field, WireType.Varint).int64(value);
  const attribute = (name: string, value: Attribute) => {
    text(1, name);
    if (typeof value === 'string') {
      text(4, value);
      integer(20, kinds.text);
    } else if (typeof value === 'number') {
      integer(3, value);
      integer(20, kinds.integer);
    } else if ('float' in value) {
      writer.tag(2, WireType.Bit32).float(value.float);
      integer(20, kinds.float);
    } else {
      for (const one of value) integer(8, one);
      integer(20, kinds.integers);
    }
  };
  const node = ({ name, operator, inputs, outputs, attributes }: OnnxNode) => {
    for (const input of inputs) text(1, input);
    for (const output of outputs) text(2, output);
    text(3, name);
    text(4, operator);
    for (const [key, value] of Object.entries(attributes)) part(5, () => attribute(key, value));
  };
  const tensor = ({ name, shape, type, raw }: OnnxTensor) => {
    for (const side of shape) integer(1, side);
    integer(2, type);
    text(8, name);
    writer.tag(9, WireType.LengthDelimited).bytes(raw);
  };
  const value = ({ name, shape }: OnnxValue) => {
    text(1, name);
    part(2, () =>
      part(1, () => {
        integer(1, FLOAT);
        part(2, () => {
          for (const side of shape) part(1, () => (typeof side === 'number' ? integer(1, side) : text(2, side)));
        });
      }),
    );
  };
  integer(1, IR_VERSION);
  text(2, model.producer);
  part(7, () => {
    for (const one of model.nodes) part(1, () => node(one));
    text(2, model.graphName);
    for (const one of model.initializers) part(5, () => tensor(one));
    for (const one of model.inputs) part(11, () => value(one));
    for (const one of model.outputs) part(12, () => value(one));
  });
  part(8, () => {
    text(1, '');
    integer(2, model.opset);
  });
  for (const [key, content] of Object.entries(model.metadata))
    part(14, () => {
      text(1, key);
      text(2, content);
    });
  return writer.finish();
}

/** Throws an Error of the protobuf library, or RangeError, where the bytes are not such a message or repeat a part more than MOST_PARTS times. */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const model = { producer: '', opset: 0, graphName: '', metadata: {} as Record<string, string> };
  const graph = {
    nodes: [] as OnnxNode[],
    initializers: [] as OnnxTensor[],
    inputs: [] as OnnxValue[],
    outputs: [] as OnnxValue[],
  };
  read(bytes, {
    2: reader => {
      model.producer = reader.string();
    },
    7: reader =>
      read(reader.bytes(), {
        1: inner => graph.nodes.push(readNode(inner.bytes())),
        2: inner => {
          model.graphName = inner.string();
        },
        5: inner => graph.initializers.push(readTensor(inner.bytes())),
        11: inner => graph.inputs.push(readValue(inner.bytes())),
        12: inner => graph.outputs.push(readValue(inner.bytes())),
      }),
    8: reader => {
      const set = { domain: '', version: 0 };
      read(reader.bytes(), {
        1: inner => {
          set.domain = inner.string();
        },
        2: inner => {
          set.version = Number(inner.int64());
        },
      });
      if (set.domain === '') model.opset = set.version;
    },
    14: reader => {
      const entry = { key: '', value: '' };
      read(reader.bytes(), {
        1: inner => {
          entry.key = inner.string();
        },
        2: inner => {
          entry.value = inner.string();
        },
      });
      model.metadata[entry.key] = entry.value;
    },
  });
  return { ...model, ...graph };
}

type Fields = Record<number, (reader: BinaryReader, type: WireType) => unknown>;

function read(bytes: Uint8Array, fields: Fields): void {
  const reader = new BinaryReader(bytes);
  for (let parts = 0; reader.pos < reader.len; parts++) {
    if (parts > MOST_PARTS) throw new RangeError(`more than ${MOST_PARTS} parts`);
    const [field, type] = reader.tag();
    const take = fields[field];
    if (take) take(reader, type);
    else reader.skip(type, field);
  }
}

/** Repeated numbers stand one by one, or packed. */
function integers(reader: BinaryReader, type: WireType, into: number[]): void {
  if (type !== WireType.LengthDelimited) {
    into.push(Number(reader.int64()));
    return;
  }
  const packed = new BinaryReader(reader.bytes());
  if (packed.len > MOST_PARTS) throw new RangeError(`more than ${MOST_PARTS} numbers`);
  while (packed.pos < packed.len) into.push(Number(packed.int64()));
}

function readNode(bytes: Uint8Array): OnnxNode {
  const [inputs, outputs]: [string[], string[]] = [[], []];
  const names = { name: '', operator: '' };
  const attributes: Record<string, Attribute> = {};
  read(bytes, {
    1: reader => inputs.push(reader.string()),
    2: reader => outputs.push(reader.string()),
    3: reader => {
      names.name = reader.string();
    },
    4: reader => {
      names.operator = reader.string();
    },
    5: reader => {
      const [name, value] = readAttribute(reader.bytes());
      attributes[name] = value;
    },
  });
  return { ...names, inputs, outputs, attributes };
}

function readAttribute(bytes: Uint8Array): [string, Attribute] {
  let name = '';
  let value: Attribute = 0;
  const list: number[] = [];
  let kind = 0;
  read(bytes, {
    1: reader => {
      name = reader.string();
    },
    2: reader => {
      value = { float: reader.float() };
    },
    3: reader => {
      value = Number(reader.int64());
    },
    4: reader => {
      value = reader.string();
    },
    8: (reader, type) => integers(reader, type, list),
    20: reader => {
      kind = reader.int32();
    },
  });
  return [name, kind === kinds.integers ? list : value];
}

function readTensor(bytes: Uint8Array): OnnxTensor {
  const shape: number[] = [];
  const tensor = { name: '', type: 0, raw: new Uint8Array() };
  read(bytes, {
    1: (reader, type) => integers(reader, type, shape),
    2: reader => {
      tensor.type = reader.int32();
    },
    8: reader => {
      tensor.name = reader.string();
    },
    9: reader => {
      tensor.raw = new Uint8Array(reader.bytes());
    },
  });
  return { ...tensor, shape };
}

function readValue(bytes: Uint8Array): OnnxValue {
  const shape: (number | string)[] = [];
  let name = '';
  const dimension = (reader: BinaryReader) => {
    let side: number | string = '';
    read(reader.bytes(), {
      1: inner => {
        side = Number(inner.int64());
      },
      2: inner => {
        side = inner.string();
      },
    });
    shape.push(side);
  };
  read(bytes, {
    1: reader => {
      name = reader.string();
    },
    2: reader =>
      read(reader.bytes(), {
        1: tensor => read(tensor.bytes(), { 2: sides => read(sides.bytes(), { 1: dimension }) }),
      }),
  });
  return { name, shape };
}
