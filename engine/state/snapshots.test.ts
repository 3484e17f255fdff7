import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCellTable, openCell, reserveCells, restoreCells, snapshotCells } from './cell-table.ts';
import {
  CONFLICT,
  claim,
  createDedupTable,
  DUPLICATE,
  FRESH,
  reserveDedup,
  restoreDedup,
  snapshotDedup,
} from './dedup-table.ts';
import { createDistinctTable, restoreDistinct, snapshotDistinct } from './distinct-table.ts';
import { createIdTable, recordOf, reserveIds, restoreIds, snapshotIds } from './id-table.ts';
import { addKey, createKeyIndex, reserveKeys, restoreKeys, snapshotKeys } from './key-index.ts';
import { addPairHour, createPairTable, restorePairs, snapshotPairs } from './pair-table.ts';
import { sortedIds } from './sorted-ids.ts';

const word = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0xffff_fff0, max: 0xffff_ffff }));
const id = fc.tuple(word, word);
const steps = <T>(step: fc.Arbitrary<T>) => fc.array(step, { maxLength: 400 });

/** Half of the steps, a snapshot taken and restored, then the others on both: they must go on alike. */
function halves<T>(all: readonly T[]): [readonly T[], readonly T[]] {
  const middle = all.length >> 1;
  return [all.slice(0, middle), all.slice(middle)];
}

test('ids keep the numbers that a map would give them, through growth, snapshot and restore', () => {
  fc.assert(
    fc.property(steps(id), (ids) => {
      const numbers = new Map<string, number>();
      let table = createIdTable(3, 1);
      for (const half of halves(ids)) {
        for (const [hi, lo] of half) {
          const expected = numbers.get(`${hi}:${lo}`) ?? numbers.size;
          numbers.set(`${hi}:${lo}`, expected);
          reserveIds(table, 1);
          const record = recordOf(table, hi, lo);
          expect(record).toBe(expected * 3);
          table.records[record + 2]!++;
        }
        const snapshot = snapshotIds(table);
        table = restoreIds(snapshot);
        expect(snapshotIds(table)).toEqual(snapshot);
      }
      const { numbers: order, hi, lo } = sortedIds(table);
      const sorted = [...order].map((n, i) => {
        expect([hi[i], lo[i]]).toEqual([table.records[n * 3], table.records[n * 3 + 1]]);
        return [hi[i], lo[i]];
      });
      const expected = [...numbers.keys()].map((key) => key.split(':').map(Number));
      expected.sort((a, b) => a[0]! - b[0]! || a[1]! - b[1]!);
      expect(sorted).toEqual(expected);
    }),
  );
});

test('an event id is fresh once, then a duplicate or, with another payload, a conflict', () => {
  const event = fc.tuple(fc.nat(9), word, fc.nat(1), fc.nat(1), fc.nat(1));
  fc.assert(
    fc.property(steps(event), (events) => {
      const applied = new Map<string, string>();
      let table = createDedupTable(1);
      for (const half of halves(events)) {
        for (const [a, b, hi, lo, time] of half) {
          const payload = `${hi} ${lo} ${time}`;
          const known = applied.get(`${a} ${b}`);
          const expected = known === undefined ? FRESH : known === payload ? DUPLICATE : CONFLICT;
          reserveDedup(table, 1);
          expect(claim(table, a, b, 7, 7, hi, lo, time)).toBe(expected);
          if (known === undefined) applied.set(`${a} ${b}`, payload);
        }
        const snapshot = snapshotDedup(table);
        table = restoreDedup(snapshot);
        expect(snapshotDedup(table)).toEqual(snapshot);
      }
      expect(table.size).toBe(applied.size);
    }),
  );
});

test('pairs remember their hours, the 32nd included', () => {
  const pair = fc.tuple(fc.nat(60), word, fc.nat(31));
  fc.assert(
    fc.property(steps(pair), (pairs) => {
      const hours = new Map<string, number>();
      let table = createPairTable();
      for (const half of halves(pairs)) {
        for (const [number, tag, hour] of half) {
          const before = hours.get(`${number} ${tag}`) ?? 0;
          expect(addPairHour(table, number, tag, 1 << hour)).toBe(before);
          hours.set(`${number} ${tag}`, (before | (1 << hour)) >>> 0);
        }
        const snapshot = snapshotPairs(table);
        table = restorePairs(snapshot);
        expect(snapshotPairs(table)).toEqual(snapshot);
      }
      expect(table.size).toBe(hours.size);
    }),
  );
});

test('keys and cells read back as they were', () => {
  const keys = createKeyIndex();
  for (const code of [900, 3, 0]) {
    reserveKeys(keys, code + 1);
    addKey(keys, code);
  }
  const keysAgain = restoreKeys(snapshotKeys(keys));
  expect(keysAgain.size).toBe(3);
  expect([3, 0, 900, 5].map((code) => keysAgain.numberOf[code])).toEqual([2, 3, 1, 0]);
});

test('cells keep their numbers and sums, through growth, snapshot and restore', () => {
  const place = fc.tuple(fc.oneof(fc.nat(9), fc.nat(5000)), fc.nat(239));
  fc.assert(
    fc.property(steps(place), fc.constantFrom(1, 60), (places, slotsPerPage) => {
      const sums = new Map<string, { readonly cell: number; sum: number }>();
      const blocks = slotsPerPage === 60 ? 4 : 240;
      let cells = createCellTable({ lanes: 2, slotsPerPage, blocks, trackChanges: false });
      for (const half of halves(places)) {
        for (const [key, slot] of half) {
          const known = sums.get(`${key} ${slot}`) ?? { cell: sums.size, sum: 0 };
          sums.set(`${key} ${slot}`, known);
          reserveCells(cells, 1);
          expect(openCell(cells, key, slot)).toBe(known.cell);
          cells.values[known.cell * 2 + 1]! += key + 1;
          known.sum += key + 1;
        }
        const snapshot = snapshotCells(cells);
        cells = restoreCells(snapshot);
        expect(snapshotCells(cells)).toEqual(snapshot);
      }
      const read = Array.from({ length: cells.size }, (_, cell) => [
        `${cells.keys[cell]} ${cells.slots[cell]}`,
        { cell, sum: cells.values[cell * 2 + 1] },
      ]);
      expect(read).toEqual([...sums]);
    }),
  );
});

test('a distinct table reads back as it was and shares nothing with its snapshot', () => {
  const options = {
    axes: 2,
    hours: 25,
    minutes: 1500,
    cumulative: true,
    hourOfDay: true,
    trackChanges: false,
  };
  const table = createDistinctTable(options);
  table.total.counts[1] = 4;
  table.newIdsByMinute!.fill(2);
  recordOf(table.ids, 1, 2);
  addPairHour(table.pairs, 0, 5, 1);
  const snapshot = snapshotDistinct(table);
  const before = structuredClone(snapshot);
  const again = restoreDistinct(snapshot);
  table.total.counts[1] = 9;
  recordOf(again.ids, 3, 4);
  expect(snapshot).toEqual(before);
  expect(again.total.counts[1]).toBe(4);
  expect(recordOf(again.ids, 1, 2)).toBe(0);
});
