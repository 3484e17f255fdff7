import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ComparedDay } from '../../../engine/protocol/comparison.ts';
import { differingDays, listDays, tellingMetric } from './compared-days.ts';
import { differenceOf } from './figure-difference.ts';

const dayOf = (
  day: string,
  gmv: [number | null, number | null],
  orders: [number, number],
  differs: boolean,
) => {
  const figures = [
    { metric: 'gmv', published: gmv[0], computed: gmv[1] },
    { metric: 'orders', published: orders[0], computed: orders[1] },
  ];
  return { day, published: 1, computed: 2, figures, differs, causes: [] } satisfies ComparedDay;
};
const days = [
  dayOf('2026-11-01', [100, 100], [1, 1], false),
  dayOf('2026-11-02', [100, 100], [1, 2], true),
  dayOf('2026-11-03', [100, 120], [1, 1], true),
  dayOf('2026-11-04', [null, 120], [1, 1], true),
];
const list = (more: Partial<Parameters<typeof listDays>[0]> = {}) =>
  listDays({
    days,
    metric: 'gmv',
    all: true,
    search: '',
    nameOf: (day) => `Day ${day.slice(8)}`,
    ...more,
  }).map(({ day }) => day.day.slice(8));

test('days on which the metric differs come first, then those that differ elsewhere, then the equal ones', () => {
  expect(list()).toEqual(['03', '04', '02', '01']);
  expect(list({ metric: 'orders' })).toEqual(['02', '03', '04', '01']);
  expect(list({ all: false })).toEqual(['03', '04', '02']);
});

test('a day is found by its name and by its label', () => {
  expect(list({ search: 'dAy 02' })).toEqual(['02']);
  expect(list({ search: '2026-11-04' })).toEqual(['04']);
  expect(list({ search: 'x' })).toEqual([]);
});

test('counts the differing days by metric, and starts with one that differs', () => {
  const counts = differingDays({ days });
  expect([...counts]).toEqual([
    ['gmv', 2],
    ['orders', 1],
  ]);
  expect(tellingMetric(counts)).toBe('gmv');
  expect(
    tellingMetric(
      new Map([
        ['gmv', 0],
        ['orders', 3],
      ]),
    ),
  ).toBe('orders');
  expect(tellingMetric(new Map([['gmv', 0]]))).toBe('gmv');
  expect(tellingMetric(new Map())).toBeNull();
});

test('a difference of integers is exact, and the new figure is the published one and the difference', () => {
  const figure = fc.integer({ min: -(2 ** 51), max: 2 ** 51 });
  fc.assert(
    fc.property(figure, figure, (published, computed) => {
      const { delta, direction, ratio } = differenceOf({ published, computed });
      expect(BigInt(published) + BigInt(delta ?? Number.NaN)).toBe(BigInt(computed));
      expect(direction).toBe(computed > published ? 'up' : computed < published ? 'down' : 'same');
      expect(ratio === null).toBe(published === 0);
    }),
  );
});

test('what is missing on a side is no zero', () => {
  expect(differenceOf({ published: null, computed: 5 })).toEqual({
    direction: 'new',
    delta: null,
    ratio: null,
  });
  expect(differenceOf({ published: 5, computed: null }).direction).toBe('gone');
  expect(differenceOf({ published: null, computed: null }).direction).toBe('unknown');
  expect(differenceOf({ published: 0, computed: 5 })).toEqual({ direction: 'up', delta: 5, ratio: null });
});

test('ratios differ by millionths, without what floats add', () => {
  expect(differenceOf({ published: 0.1, computed: 0.3 }).delta).toBe(0.2);
});
