/**
 * Errors as data that people can read. Inside a thread they travel as `AppError`; across threads as `ErrorData`.
 * The code is for programs and tests, `happened` and `remedy` for the person: what happened, to which file or step, what
 * was found and needed; then what to do.
 */
import * as v from 'valibot';

export const errorCodes = [
  // data
  'not-a-zip',
  'empty-archive',
  'no-pairs',
  'too-few-pairs',
  'unusable-pairs',
  'unreadable-file',
  'canvas-altered',
  'cancelled',
  'storage-missing',
  'storage-full',
  'dataset-missing',
  'bad-split',
  'bad-report',
  // training
  'no-webgpu',
  'no-webgl',
  'no-simd',
  'device-lost',
  'device-hung',
  'wrong-kernels',
  'out-of-memory',
  'not-finite',
  'bad-settings',
  'wrong-state',
  // models
  'not-a-model',
  'other-network',
  'cut-short',
  'name-taken',
  'no-model',
  // anything that should not happen
  'worker-ended',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export const errorData = v.object({
  code: v.picklist(errorCodes),
  /** What happened, to which file, step or setting; one clause, no full stop. */
  happened: v.string(),
  /** What to do about it; one clause, no full stop. */
  remedy: v.string(),
  /** The error underneath, for the diagnostics. */
  detail: v.optional(v.string()),
});
export type ErrorData = v.InferOutput<typeof errorData>;

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly happened: string;
  readonly remedy: string;

  constructor(code: ErrorCode, happened: string, remedy: string, options?: ErrorOptions) {
    super(`${happened}: ${remedy}`, options);
    this.name = 'AppError';
    this.code = code;
    this.happened = happened;
    this.remedy = remedy;
  }
}

/** Any thrown value as data; what is no AppError becomes `internal`, with its message kept. */
export function toErrorData(thrown: unknown): ErrorData {
  if (thrown instanceof AppError) {
    const { code, happened, remedy, cause } = thrown;
    return cause === undefined ? { code, happened, remedy } : { code, happened, remedy, detail: messageOf(cause) };
  }
  return {
    code: 'internal',
    happened: `Something unexpected went wrong (${messageOf(thrown)})`,
    remedy: 'reload the page and try again',
    detail: thrown instanceof Error ? thrown.stack : undefined,
  };
}

/** Back to an error, to be thrown on this side. */
export function fromErrorData({ code, happened, remedy, detail }: ErrorData): AppError {
  return new AppError(code, happened, remedy, detail === undefined ? undefined : { cause: detail });
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
}
