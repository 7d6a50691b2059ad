export function readArguments(argv: readonly string[]): {
  readonly out: string;
  /** null where only --resume is asked for. */
  readonly plan: { readonly settings: Readonly<Record<string, string>>; readonly data: readonly string[] } | null;
};
