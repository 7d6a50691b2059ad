/**
 * An action carries its own refusal: why it cannot act now. The refusal disables the action's button, which shows it; the action checks
 * it too, so that a key, a drop or a script gets the same answer.
 */
import { AppError, type ErrorData } from '../protocol/errors.ts';
import type { Context } from './context.ts';
import type { StudioState } from './studio-state.ts';

/** What stands in the way, and what to do about it. */
export type Refusal = Pick<ErrorData, 'code' | 'happened' | 'remedy'>;

/** Called without arguments while they are not known yet. */
export type Refuses<A extends readonly unknown[] = []> = (state: StudioState, ...args: Partial<A>) => Refusal | null;

export type Action<A extends readonly unknown[], T> = ((...args: A) => Promise<T>) & { readonly refusal: Refuses<A> };

/** `otherwise`: the result where the action is refused or fails; the page shows why. */
export function action<A extends readonly unknown[], T>(
  { get, attempt }: Pick<Context, 'get' | 'attempt'>,
  refusal: Refuses<A>,
  act: (...args: A) => Promise<T>,
  otherwise: T,
): Action<A, T> {
  const checked = async (...args: A) => {
    refuse(refusal(get(), ...(args as Partial<A>)));
    return act(...args);
  };
  return Object.assign((...args: A) => attempt(() => checked(...args), otherwise), { refusal });
}

export function sentence({ happened, remedy }: Refusal): string {
  return `${happened}: ${remedy}.`;
}

/** Throws a refusal, where there is one. */
export function refuse(refused: Refusal | null): void {
  if (refused) throw new AppError(refused.code, refused.happened, refused.remedy);
}
