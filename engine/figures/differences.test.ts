import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DayFigures } from './day-figures.ts';
import { differencesOf } from './differences.ts';

interface Account {
  readonly keys: readonly (string | null)[];
  /** Key, slot, gmv, units. */
  readonly cells: readonly (readonly [number, number, number, number])[];
  /** Key, hour, orders. */
  readonly hourly: readonly (readonly [number, number, number])[];
  readonly daily: readonly (readonly [number, number])[];
  readonly curve: readonly number[];
}

const day = ({ keys, cells, hourly, daily, curve }: Account): DayFigures => ({
  day: '2026-11-11',
  counts: { rows: 0, applied: 0, duplicates: 0, conflicts: 0, late: 0, rejected: 0, rejectedBy: {} },
  rollups: [
    {
      rollup: 'category',
      keys,
      cells: {
        metrics: ['gmv', 'units'],
        key: Uint32Array.from(cells, ([key]) => key),
        slot: Uint16Array.from(cells, ([, slot]) => slot),
        values: [Float64Array.from(cells, ([, , gmv]) => gmv), Float64Array.from(cells, (cell) => cell[3])],
      },
      distinct: [
        {
          metric: 'orders',
          hourly: {
            key: Uint32Array.from(hourly, ([key]) => key),
            hour: Uint8Array.from(hourly, ([, hour]) => hour),
            count: Float64Array.from(hourly, ([, , count]) => count),
          },
          daily: {
            key: Uint32Array.from(daily, ([key]) => key),
            count: Float64Array.from(daily, ([, count]) => count),
          },
          newIdsByMinute: Float64Array.from(curve),
          identity: null,
        },
      ],
    },
  ],
});

const base: Account = {
  keys: ['books', null],
  cells: [
    [0, 1439, 10, 1],
    [1, 0, 20, 2],
  ],
  hourly: [[0, 23, 4]],
  daily: [[0, 4]],
  curve: [0, 1, 0],
};

test('the order of keys and rows, zeros and keys without figures are no difference', () => {
  const other: Account = {
    keys: ['toys', null, 'books'],
    cells: [
      [1, 0, 20, 2],
      [0, 7, 0, 0],
      [2, 1439, 10, 1],
    ],
    hourly: [
      [0, 1, 0],
      [2, 23, 4],
    ],
    daily: [[2, 4]],
    curve: [0, 1, 0, 0],
  };
  expect(differencesOf(day(base), day(other))).toEqual({ figures: 7, differing: 0, first: [] });
});

test('each kind of figure that differs is named, also where one side has no such rollup', () => {
  const changed: Account = {
    ...base,
    cells: [[0, 1439, 10, 1]],
    hourly: [[0, 22, 4]],
    daily: [[0, 5]],
    curve: [1],
  };
  const { first, differing } = differencesOf(day(base), day(changed));
  expect(differing).toBe(first.length);
  expect(first.map(({ metric, key, at, a, b }) => [metric, key, at?.kind, at?.index, a, b])).toEqual([
    ['gmv', null, 'slot', 0, 20, 0],
    ['units', null, 'slot', 0, 2, 0],
    ['orders', 'books', 'hour', 23, 4, 0],
    ['orders', 'books', undefined, undefined, 4, 5],
    ['orders', 'books', 'hour', 22, 0, 4],
    ['orders', null, 'minute', 1, 1, 0],
    ['orders', null, 'minute', 0, 0, 1],
  ]);
  expect(differencesOf(day(base), { ...day(base), rollups: [] }).differing).toBe(7);
});

test('any one figure that is changed is found, and no other', () => {
  const cell = fc.tuple(
    fc.nat(1),
    fc.nat(1499),
    fc.integer({ min: 1, max: 1e9 }),
    fc.integer({ min: 1, max: 9 }),
  );
  const cells = fc.uniqueArray(cell, {
    minLength: 1,
    maxLength: 40,
    selector: ([key, slot]) => key * 4096 + slot,
  });
  const property = fc.property(cells, fc.nat(), (list, dice) => {
    const at = dice % list.length;
    const changed = list.map((row, i) => (i === at ? ([row[0], row[1], row[2] + 1, row[3]] as const) : row));
    const { differing, first } = differencesOf(
      day({ ...base, cells: list }),
      day({ ...base, cells: changed }),
    );
    expect(differing).toBe(1);
    expect(first[0]).toMatchObject({ metric: 'gmv', a: list[at]?.[2], b: (list[at]?.[2] ?? 0) + 1 });
  });
  fc.assert(property);
});
