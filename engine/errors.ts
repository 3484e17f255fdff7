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
