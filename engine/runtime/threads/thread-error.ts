import { type Failure, GmvError, gmvErrorOf } from '../../errors.ts';

/** Puts an error that came as data together again. */
export function threadError(name: string, failure: Failure): GmvError {
  const known = gmvErrorOf(failure);
  if (known) return known;
  const error = threadCrash(name, new Error(failure.message));
  if (failure.stack !== undefined) error.stack = failure.stack;
  return error;
}

/** What became of a thread that ended by itself, or said what is no error of ours. */
export function threadCrash(name: string, cause: Error): GmvError {
  return new GmvError(
    'thread_crashed',
    `The ${name} failed: ${cause.message}`,
    'It is started again by itself.',
    {
      cause,
      retriable: true,
    },
  );
}
