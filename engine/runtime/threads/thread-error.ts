import { type Failure, GmvError, gmvErrorOf } from '../../errors.ts';
import { say } from '../../protocol/sayings.ts';

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
    say('thread_failed', { thread: name, why: cause.message }),
    say('started_by_itself'),
    {
      cause,
      retriable: true,
    },
  );
}
