import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { reasonOf } from '../../errors.ts';

/**
 * Gives the calling thread, and no other, the lowest priority that the system has (on Linux; elsewhere a priority is the
 * whole process's). Null, or why it couldn't: the thread then competes with all others, and only its pace holds it back.
 */
export function lowerPriority(): string | null {
  if (process.platform !== 'linux') return `${process.platform} has no priorities of single threads`;
  try {
    // `/proc/1234/task/1240`: the system calls that set a priority take a thread's id as well.
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), constants.priority.PRIORITY_LOW);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}
