/** An error for people: `message` names the offending thing, `remedy` says what to do about it. */
export class GmvError extends Error {
  readonly code: string;
  readonly remedy: string;
  /** Whether trying again, with nothing changed, may help. */
  readonly retriable: boolean;

  constructor(
    code: string,
    message: string,
    remedy: string,
    options: { cause?: unknown; retriable?: boolean } = {},
  ) {
    super(`${message}. ${remedy}`, { cause: options.cause });
    this.name = 'GmvError';
    this.code = code;
    this.remedy = remedy;
    this.retriable = options.retriable ?? false;
  }
}

/** What a `catch` got, in words. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

/** An error as data: a clone of an Error between threads loses its own fields. */
export interface Failure {
  readonly message: string;
  readonly stack: string | undefined;
  readonly gmv: { readonly code: string; readonly remedy: string; readonly retriable: boolean } | null;
}

/** Takes an error apart for the way between threads. */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error), stack: undefined, gmv: null };
  const { message, stack } = error;
  if (!(error instanceof GmvError)) return { message, stack, gmv: null };
  const { code, remedy, retriable } = error;
  return { message: message.slice(0, -`. ${remedy}`.length), stack, gmv: { code, remedy, retriable } };
}

/** Puts an error that came as data together again; null where it was none of ours. */
export function gmvErrorOf({ message, stack, gmv }: Failure): GmvError | null {
  if (!gmv) return null;
  const error = new GmvError(gmv.code, message, gmv.remedy, { retriable: gmv.retriable });
  if (stack !== undefined) error.stack = stack;
  return error;
}
