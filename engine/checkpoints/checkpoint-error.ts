import { GmvError, reasonOf } from '../errors.ts';
import { say } from '../protocol/sayings.ts';
import type { SkippedCheckpoint } from './checkpoint.ts';

export function unreadable(folder: string, cause: unknown): GmvError {
  return new GmvError(
    'checkpoint_read',
    `The checkpoints in ${folder} can't be read: ${reasonOf(cause)}`,
    'Make the folder readable and writable for this process; nothing in it was changed.',
    { cause },
  );
}

export function unwritable(name: string, folder: string, cause: unknown): GmvError {
  if (cause instanceof GmvError) return cause;
  const full =
    cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EFBIG');
  return new GmvError(
    'checkpoint_write',
    say('checkpoint_unwritten', { name, folder, why: reasonOf(cause) }),
    full ? say('free_space') : say('make_writable'),
    { cause, retriable: true },
  );
}

export function unfitting(path: string, what: string): GmvError {
  return new GmvError(
    'checkpoint_contents',
    `${path} is ${what}, which a checkpoint can't hold`,
    'Give it plain data: objects, lists, texts, finite numbers, booleans, null and typed arrays.',
  );
}

export function otherByteOrder(): GmvError {
  return new GmvError(
    'checkpoint_byte_order',
    'Checkpoints are little-endian, and this machine is not',
    'Run it on another kind of processor: x86, ARM and RISC-V are little-endian.',
  );
}

export function newerFormat(name: string, folder: string, newer: number, known: number): GmvError {
  return new GmvError(
    'checkpoint_newer_format',
    `Checkpoint ${name} in ${folder} was written by newer software: it has format ${newer}, and this program knows up to ${known}`,
    'Start the newer software again. To go back to this one all the same, move that checkpoint away, or the whole folder: events since the one before it are then consumed again.',
  );
}

export function noneWhole(folder: string, skipped: readonly SkippedCheckpoint[]): GmvError {
  const each = skipped.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  return new GmvError(
    'checkpoint_damaged',
    `No checkpoint in ${folder} is whole (${each})`,
    'Bring the folder back from a backup, or move it away to begin anew from the start position.',
  );
}

export function busy(folder: string): GmvError {
  return new GmvError(
    'checkpoint_busy',
    `A checkpoint is being written to ${folder} already`,
    'Wait for it before the next one.',
  );
}
