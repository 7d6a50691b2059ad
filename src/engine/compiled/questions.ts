/** Which variant for which shape: the questions that a plan asks, and answers that are remembered. Pure. */
import type { ConvTile } from '../../kernels/conv/conv.ts';
import type { FilterTile } from '../../kernels/conv/filter-gradient.ts';
import type { Dispatch } from '../../kernels/dispatch.ts';
import type { Strips } from '../../kernels/instance-norm/instance-norm.ts';
import type { BackEnd } from '../lowering/operations.ts';
import {
  type AdapterTraits,
  type Choices,
  type ConvQuestion,
  convOptions,
  type FilterQuestion,
  filterOptions,
  first,
  leavesNorms,
  type SumsQuestion,
  sumsOptions,
} from './choices.ts';

/** A variant of a kernel. */
export type Tile = ConvTile | FilterTile | Strips;

export type Question =
  | { readonly kind: 'conv'; readonly question: ConvQuestion }
  | { readonly kind: 'filter'; readonly question: FilterQuestion }
  | { readonly kind: 'sums'; readonly question: SumsQuestion };

/** Variants by question; see keyOf. */
export type Tiles = Readonly<Record<string, Tile>>;

export function keyOf({ kind, question }: Question): string {
  return `${kind} ${Object.entries(question)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}`;
}

/** The variants on offer for a question, the one to take unmeasured first. */
export function tilesFor({ kind, question }: Question, adapter: AdapterTraits): readonly Tile[] {
  switch (kind) {
    case 'conv':
      return convOptions(question, adapter);
    case 'filter':
      return filterOptions(question, adapter);
    case 'sums':
      return sumsOptions(adapter.kind);
    default:
      throw kind satisfies never;
  }
}

/** Multiply-adds, or values read where there are none. */
export function costOf({ kind, question }: Question): number {
  const { side, batch } = question;
  const each =
    kind === 'sums' ? question.channels : question.kernel * question.kernel * question.inputs * question.outputs;
  return each * side * side * batch;
}

/** How often a plan asks a question. */
export interface Asked {
  readonly question: Question;
  readonly times: number;
}

/** A variant is the same text for every shape that it serves: what is wrong with it is so for each. */
export function variantKey(kind: string, tile: object): string {
  return `${kind} ${JSON.stringify(tile)}`;
}

/** Every variant on offer for a question computes wrongly on this device. */
export class NoVariantError extends Error {
  override readonly name = 'NoVariantError';
}

/**
 * Choices that take what is remembered where it is still on offer, and note every question that they are asked. Those in `wrong`, by
 * variantKey, are not on offer: a question for which none is left throws a NoVariantError.
 */
export function rememberedChoices(adapter: AdapterTraits, tiles: Tiles, wrong: ReadonlySet<string> = new Set()) {
  const asked = new Map<string, Asked>();
  function answer<T extends Tile>(question: Question, all: readonly T[]): T {
    const key = keyOf(question);
    asked.set(key, { question, times: (asked.get(key)?.times ?? 0) + 1 });
    const options = all.filter(tile => !wrong.has(variantKey(question.kind, tile)));
    if (options.length === 0) throw new NoVariantError(`no variant is right for ${key}`);
    const kept = JSON.stringify(tiles[key]);
    return options.find(option => JSON.stringify(option) === kept) ?? first(options);
  }
  const choices: Choices = {
    conv: question => answer({ kind: 'conv', question }, convOptions(question, adapter)),
    filter: question => answer({ kind: 'filter', question }, filterOptions(question, adapter)),
    sums: question => answer({ kind: 'sums', question }, sumsOptions(adapter.kind)),
    trees: adapter.kind === 'gpu',
    leavesNorms: leavesNorms(adapter.kind),
  };
  return { choices, asked };
}

/** A back end whose dispatches say which variant was chosen for them. */
export function noting(choices: Choices, makeBackEnd: (choices: Choices) => BackEnd<Dispatch>): BackEnd<Dispatch> {
  let variant: Dispatch['variant'];
  const note = <T extends Tile>(question: Question, tile: T): T => {
    variant = { question: keyOf(question), kind: question.kind, tile };
    return tile;
  };
  const backEnd = makeBackEnd({
    conv: question => note({ kind: 'conv', question }, choices.conv(question)),
    filter: question => note({ kind: 'filter', question }, choices.filter(question)),
    sums: question => note({ kind: 'sums', question }, choices.sums(question)),
    trees: choices.trees,
    leavesNorms: choices.leavesNorms,
  });
  const marked =
    <A extends unknown[]>(make: (...args: A) => Dispatch[]) =>
    (...args: A): Dispatch[] => {
      variant = undefined;
      return make(...args).map(dispatch => (variant ? { ...dispatch, variant } : dispatch));
    };
  return {
    ...backEnd,
    conv: marked(backEnd.conv),
    convFilterGradient: marked(backEnd.convFilterGradient),
    convInputGradient: marked(backEnd.convInputGradient),
    biasGradient: marked(backEnd.biasGradient),
    norm: marked(backEnd.norm),
    normGradient: marked(backEnd.normGradient),
  };
}
