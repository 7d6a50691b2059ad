/**
 * What a setting is: its kind, range, default and group in one record. The parser of messages, the address, the command line, the
 * form and the guide's table are derived from it; what it is called and how it is explained is ui/settings/texts.ts.
 */
import * as v from 'valibot';

/** Settings that are explained and shown together. */
export type SettingGroup = 'main' | 'preparation' | 'optimizer' | 'recipe' | 'augmentation' | 'split' | 'page';

interface Common<T> {
  readonly group: SettingGroup;
  readonly default: T;
  /** The value that records from before this setting get; without it they are refused. A new setting needs one. */
  readonly absent?: T;
  /** Other words that people look for it by. */
  readonly also?: readonly string[];
}

export interface NumberRecord extends Common<number> {
  readonly kind: 'number';
  /** Both belong to the range, but for `low` where `open` is set. */
  readonly low: number;
  readonly high: number;
  readonly open?: boolean;
  readonly whole?: boolean;
  readonly multipleOf?: number;
  /** The value that leaves it out. */
  readonly off?: number;
  /** A number of epochs, or a factor that each epoch multiplies by: where epochs become shorter it follows, so that as many steps come to the same. */
  readonly epochs?: 'number' | 'factor';
}

export interface SwitchRecord extends Common<boolean> {
  readonly kind: 'switch';
  /** The GPU's feature that it takes. */
  readonly needs?: string;
}

export interface ChoiceRecord<T extends string> extends Common<T> {
  readonly kind: 'choice';
  readonly choices: readonly T[];
}

export type SettingRecord = NumberRecord | SwitchRecord | ChoiceRecord<string>;

/** The values that a setting of this record takes. */
export type ValueOf<R> = R extends NumberRecord
  ? number
  : R extends SwitchRecord
    ? boolean
    : R extends ChoiceRecord<infer T>
      ? T
      : never;
export type ValuesOf<Records> = { -readonly [K in keyof Records]: ValueOf<Records[K]> };

type Given<R> = Omit<R, 'kind'>;
export const real = (record: Given<NumberRecord>): NumberRecord => ({ kind: 'number', ...record });
export const whole = (record: Given<NumberRecord>): NumberRecord => ({ kind: 'number', whole: true, ...record });
export const onOff = (record: Given<SwitchRecord>): SwitchRecord => ({ kind: 'switch', ...record });
export const choice = <const T extends string>(record: Given<ChoiceRecord<T>>): ChoiceRecord<T> => ({
  kind: 'choice',
  ...record,
});

/** The default of each. */
export function defaultsOf<Records extends Readonly<Record<string, SettingRecord>>>(
  records: Records,
): ValuesOf<Records> {
  return Object.fromEntries(
    Object.entries(records).map(([name, record]) => [name, record.default]),
  ) as ValuesOf<Records>;
}

/** One parser for each. */
export function schemasOf<Records extends Readonly<Record<string, SettingRecord>>>(records: Records) {
  return Object.fromEntries(Object.entries(records).map(([name, record]) => [name, schemaOf(record)])) as {
    [K in keyof Records]: v.GenericSchema<ValueOf<Records[K]>>;
  };
}

function schemaOf(record: SettingRecord): v.GenericSchema<unknown> {
  const schema = valueSchema(record);
  return record.absent === undefined ? schema : v.optional(schema, record.absent);
}

/** What a given value must be; a missing one is refused. */
export function valueSchema(record: SettingRecord): v.GenericSchema<unknown> {
  switch (record.kind) {
    case 'number':
      return numberSchema(record);
    case 'switch':
      return v.boolean();
    case 'choice':
      return v.picklist(record.choices);
    default:
      throw record satisfies never;
  }
}

/** The checks in the order in which a person would be told of them. */
function numberSchema({ low, high, open, whole, multipleOf }: NumberRecord): v.GenericSchema<unknown> {
  const pass = v.check<number, ''>(() => true, '');
  return v.pipe(
    v.number(),
    v.finite(),
    whole ? v.integer() : pass,
    v.minValue(low),
    v.maxValue(high),
    open ? v.gtValue(low) : pass,
    multipleOf === undefined ? pass : v.multipleOf(multipleOf),
  );
}
