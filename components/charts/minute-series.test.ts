import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row } from '../../engine/protocol/view.ts';
import { closedMinutes, dayMinutes, meanPerMinute, sumFirst } from './minute-series.ts';

const MINUTE = 60_000;
const startMs = Date.UTC(2026, 2, 28, 23);

function day(hours: number, rows: readonly Row[]) {
  return dayMinutes({
    spec: { metrics: ['gmv', 'orders'] },
    meta: { startMs, endMs: startMs + hours * 60 * MINUTE },
    rows,
  });
}

test('a day is as long as it is: 23, 24 or 25 hours', () => {
  expect([23, 24, 25].map((hours) => day(hours, [])?.length)).toEqual([1380, 1440, 1500]);
});

test('rows go to their minutes; minutes without a row are zero, rows outside the day are left out', () => {
  const minutes = day(24, [
    [startMs, 5, 1],
    [startMs + 2 * MINUTE, 7, 1],
    [startMs - MINUTE, 100, 100],
    [startMs + 1440 * MINUTE, 100, 100],
  ]);
  expect([...(minutes?.figures[0]?.subarray(0, 4) ?? [])]).toEqual([5, 0, 7, 0]);
  expect(minutes?.figures.map((column) => column && sumFirst(column, 1440))).toEqual([12, 2]);
});

test('a figure that is not known by minute is none, not zero', () => {
  const minutes = day(24, [
    [startMs, 5, null],
    [startMs + MINUTE, 7, null],
  ]);
  expect(minutes?.figures.map((column) => column && sumFirst(column, 1440))).toEqual([12, null]);
});

test('there is no day where the range has none', () => {
  const meta = { startMs: null, endMs: null };
  expect(dayMinutes({ spec: { metrics: ['gmv'] }, meta, rows: [] })).toBeNull();
});

test('a minute is closed when the watermark has passed its end, within the day', () => {
  const minutes = { startMs, length: 1440 };
  const at = (ms: number) => closedMinutes(minutes, startMs + ms);
  expect([at(-1), at(0), at(MINUTE - 1), at(MINUTE), at(2000 * MINUTE)]).toEqual([0, 0, 0, 1, 1440]);
  expect(closedMinutes(minutes, null)).toBe(0);
});

test('means per minute keep the sum, with a shorter last bucket', () => {
  const column = fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(column, fc.integer({ min: 1, max: 7 }), (values, size) => {
      const means = meanPerMinute(Float64Array.from(values), values.length, size);
      const sum = means.reduce(
        (total, mean, i) => total + mean * Math.min(size, values.length - i * size),
        0,
      );
      expect(sum).toBeCloseTo(
        values.reduce((total, value) => total + value, 0),
        3,
      );
    }),
  );
});
