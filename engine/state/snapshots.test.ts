import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CellTableSnapshot,
  createCellTable,
  keepCells,
  openCell,
  reserveCells,
  restoreCells,
  snapshotCells,
} from './cell-table.ts';
import { countInDay, countInHour } from './count-table.ts';
import {
  CONFLICT,
  claim,
  createDedupTable,
  type DedupSnapshot,
  DUPLICATE,
  FRESH,
  reserveDedup,
  reserveWinner,
  restoreDedup,
  snapshotDedup,
} from './dedup-table.ts';
import {
  createDistinctTable,
  type DistinctTableSnapshot,
  restoreDistinct,
  snapshotDistinct,
} from './distinct-table.ts';
import {
  createIdTable,
  type IdTableSnapshot,
  recordOf,
  reserveIds,
  restoreIds,
  snapshotIds,
} from './id-table.ts';
import {
  addKey,
  createKeyIndex,
  type KeyIndexSnapshot,
  reserveKeys,
  restoreKeys,
  snapshotKeys,
} from './key-index.ts';
import { copyOf, createLease, type Holding, type Lent, VIEWS } from './loan.ts';
import {
  addPairHour,
  createPairTable,
  type PairTableSnapshot,
  restorePairs,
  snapshotPairs,
  TOLD,
} from './pair-table.ts';
import { sortedIds } from './sorted-ids.ts';

const word = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0xffff_fff0, max: 0xffff_ffff }));
const id = fc.tuple(word, word);
const steps = <T>(step: fc.Arbitrary<T>) => fc.array(step, { maxLength: 400 });

/** Half of the steps, a snapshot taken and restored, then the others on both: they must go on alike. */
function halves<T>(all: readonly T[]): [readonly T[], readonly T[]] {
  const middle = all.length >> 1;
  return [all.slice(0, middle), all.slice(middle)];
}

/** Lends what a table tells; the call that it returns checks that it is still told when the table went on. */
function lend<T>(told: (holding: Holding) => Lent<T>): () => void {
  const expected = copyOf<T>(told(VIEWS));
  const lease = createLease(0);
  const lent = told(lease);
  return () => {
    expect(copyOf<T>(lent)).toEqual(expected);
    lease.end();
  };
}

test('ids keep the numbers that a map would give them, through growth, snapshot and restore', () => {
  fc.assert(
    fc.property(steps(id), (ids) => {
      const numbers = new Map<string, number>();
      let table = createIdTable(3, 1);
      const checks: (() => void)[] = [];
      for (const half of halves(ids)) {
        for (const [hi, lo] of half) {
          const expected = numbers.get(`${hi}:${lo}`) ?? numbers.size;
          numbers.set(`${hi}:${lo}`, expected);
          reserveIds(table, 1);
          const record = recordOf(table, hi, lo);
          expect(record).toBe(expected * 3);
          table.lent?.keep(record, record + 3);
          table.records[record + 2]!++;
        }
        const snapshot = copyOf<IdTableSnapshot>(snapshotIds(table, VIEWS));
        table = restoreIds(snapshot);
        expect(copyOf<IdTableSnapshot>(snapshotIds(table, VIEWS))).toEqual(snapshot);
        checks.push(lend<IdTableSnapshot>((holding) => snapshotIds(table, holding)));
      }
      for (const check of checks) check();
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
      const checks: (() => void)[] = [];
      for (const half of halves(events)) {
        for (const [a, b, hi, lo, time] of half) {
          const payload = `${hi} ${lo} ${time}`;
          const known = applied.get(`${a} ${b}`);
          const expected = known === undefined ? FRESH : known === payload ? DUPLICATE : CONFLICT;
          reserveDedup(table, 1);
          expect(claim(table, a, b, 7, 7, hi, lo, time)).toBe(expected);
          if (known === undefined) applied.set(`${a} ${b}`, payload);
        }
        const snapshot = copyOf<DedupSnapshot>(snapshotDedup(table, VIEWS));
        table = restoreDedup(snapshot);
        expect(copyOf<DedupSnapshot>(snapshotDedup(table, VIEWS))).toEqual(snapshot);
        checks.push(lend<DedupSnapshot>((holding) => snapshotDedup(table, holding)));
      }
      for (const check of checks) check();
      expect(table.size).toBe(applied.size);
    }),
  );
});

test('a reserved payload that is applied meanwhile was not, to a snapshot', () => {
  const table = createDedupTable();
  reserveWinner(table, [1, 2, 3, 4], [5, 6], 7);
  const check = lend<DedupSnapshot>((holding) => snapshotDedup(table, holding));
  expect(claim(table, 1, 2, 3, 4, 5, 6, 7)).toBe(FRESH);
  expect(claim(table, 1, 2, 3, 4, 5, 6, 7)).toBe(DUPLICATE);
  check();
});

const inOrder = ({ pairs }: PairTableSnapshot): string[] =>
  Array.from({ length: pairs.length / TOLD }, (_, i) => pairs.slice(i * TOLD, (i + 1) * TOLD).join()).sort();

test('pairs remember their hours, the 32nd included', () => {
  const pair = fc.tuple(fc.nat(60), word, fc.nat(31));
  fc.assert(
    fc.property(steps(pair), (pairs) => {
      const hours = new Map<string, number>();
      let table = createPairTable();
      const checks: (() => void)[] = [];
      for (const half of halves(pairs)) {
        for (const [number, tag, hour] of half) {
          const before = hours.get(`${number} ${tag}`) ?? 0;
          expect(addPairHour(table, number, tag, 1 << hour)).toBe(before);
          hours.set(`${number} ${tag}`, (before | (1 << hour)) >>> 0);
        }
        const snapshot = copyOf<PairTableSnapshot>(snapshotPairs(table, VIEWS));
        table = restorePairs(snapshot);
        expect(inOrder(copyOf<PairTableSnapshot>(snapshotPairs(table, VIEWS)))).toEqual(inOrder(snapshot));
        checks.push(lend<PairTableSnapshot>((holding) => snapshotPairs(table, holding)));
      }
      for (const check of checks) check();
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
  const keysAgain = restoreKeys(copyOf<KeyIndexSnapshot>(snapshotKeys(keys, VIEWS)));
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
      const checks: (() => void)[] = [];
      for (const half of halves(places)) {
        for (const [key, slot] of half) {
          const known = sums.get(`${key} ${slot}`) ?? { cell: sums.size, sum: 0 };
          sums.set(`${key} ${slot}`, known);
          reserveCells(cells, 1);
          expect(openCell(cells, key, slot)).toBe(known.cell);
          keepCells(cells, Int32Array.of(known.cell), 1);
          cells.values[known.cell * 2 + 1]! += key + 1;
          known.sum += key + 1;
        }
        const snapshot = copyOf<CellTableSnapshot>(snapshotCells(cells, VIEWS));
        cells = restoreCells(snapshot);
        expect(copyOf<CellTableSnapshot>(snapshotCells(cells, VIEWS))).toEqual(snapshot);
        checks.push(lend<CellTableSnapshot>((holding) => snapshotCells(cells, holding)));
      }
      for (const check of checks) check();
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
  countInHour(table.byAxis[0]!, 0, 3);
  const snapshot = copyOf<DistinctTableSnapshot>(snapshotDistinct(table, VIEWS));
  const check = lend<DistinctTableSnapshot>((holding) => snapshotDistinct(table, holding));
  countInHour(table.byAxis[0]!, 0, 3);
  countInDay(table.byAxis[1]!, 0);
  const before = structuredClone(snapshot);
  const again = restoreDistinct(snapshot);
  countInHour(table.total, 0, 0);
  recordOf(again.ids, 3, 4);
  addPairHour(table.pairs, 0, 5, 2);
  expect(snapshot).toEqual(before);
  check();
  expect(again.total.counts[1]).toBe(4);
  expect(recordOf(again.ids, 1, 2)).toBe(0);
});
