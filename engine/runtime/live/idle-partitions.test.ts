import { expect, test } from 'vitest';
import type { PartitionProgress } from '../../sources/source.ts';
import { createIdlePartitions } from './idle-partitions.ts';

const progress = (partition: string, nextOffset: number, idle: boolean): PartitionProgress => ({
  partition,
  nextOffset: String(nextOffset),
  endOffset: String(nextOffset),
  lagRecords: 0,
  lagMs: 0,
  idle,
});

function start() {
  let now = 0;
  const idleOf = createIdlePartitions({ afterMs: 1000, stopwatch: () => now });
  /** Looks every 500 ms until then, as if nothing had changed meanwhile. */
  return (atMs: number, ...partitions: PartitionProgress[]) => {
    while (now + 500 < atMs) {
      now += 500;
      idleOf(partitions);
    }
    now = atMs;
    return idleOf(partitions).map(({ idle }) => idle);
  };
}

test('a partition is idle after it was at its end for long enough without a record', () => {
  const at = start();
  expect(at(0, progress('a', 5, true))).toEqual([false]);
  expect(at(999, progress('a', 5, true))).toEqual([false]);
  expect(at(1000, progress('a', 5, true))).toEqual([true]);
  expect(at(1001, progress('a', 6, true))).toEqual([false]);
  expect(at(2000, progress('a', 6, true))).toEqual([false]);
  expect(at(2001, progress('a', 6, true))).toEqual([true]);
});

test('time in which nobody looked does not count: records may have waited', () => {
  let now = 0;
  const idleOf = createIdlePartitions({ afterMs: 1000, stopwatch: () => now });
  const look = (atMs: number) => {
    now = atMs;
    return idleOf([progress('a', 5, true)]).map(({ idle }) => idle);
  };
  expect(look(0)).toEqual([false]);
  expect(look(5000)).toEqual([false]);
  expect(look(5900)).toEqual([false]);
  expect(look(6000)).toEqual([true]);
});

test('one that falls behind or does not answer begins anew, and each counts for itself', () => {
  const at = start();
  at(0, progress('a', 5, true), progress('b', 5, true));
  expect(at(900, progress('a', 5, false), progress('b', 5, true))).toEqual([false, false]);
  expect(at(1000, progress('a', 5, true), progress('b', 5, true))).toEqual([false, true]);
  expect(at(1899, progress('a', 5, true), progress('b', 5, true))).toEqual([false, true]);
  expect(at(2000, progress('a', 5, true), progress('b', 5, true))).toEqual([true, true]);
});
