import { expect, test } from 'vitest';
import type { DayMinutes } from '../charts/minute-series.ts';
import { compareElapsed, figureAfter, figureByBucket, filledBy, isKnown } from './elapsed-comparison.ts';

/** Per minute: gmv, orders, buyers, created orders, refunds. */
function day(length: number, perMinute: readonly number[]): DayMinutes {
  return { startMs: 0, length, figures: perMinute.map((value) => new Float64Array(length).fill(value)) };
}

const today = day(1440, [300, 3, 2, 4, 30]);
const comparison = day(1440, [200, 2, 2, 2, 10]);

test('elapsed is compared with elapsed: the rest of last year does not count', () => {
  expect(compareElapsed('gmv', { today, comparison, closed: 60 })).toEqual({ before: 12_000, change: 0.5 });
  expect(compareElapsed('orders', { today, comparison, closed: 60 })).toEqual({ before: 120, change: 0.5 });
});

test('ratios are made of their parts, not averaged', () => {
  expect(figureAfter('aov', today, 10)).toBe(100);
  expect(figureAfter('refund_rate', today, 10)).toBe(0.1);
  expect(figureAfter('payment_success_rate', today, 10)).toBe(0.75);
  expect(compareElapsed('refund_rate', { today, comparison, closed: 10 }).change).toBeCloseTo(1, 12);
});

test('where nothing had happened there is nothing to compare with', () => {
  const quiet = day(1440, [0, 0, 0, 0, 0]);
  expect(compareElapsed('gmv', { today, comparison: quiet, closed: 60 })).toEqual({
    before: 0,
    change: null,
  });
  expect(figureAfter('aov', quiet, 60)).toBeNull();
});

test('what is not known by minute is neither compared nor drawn', () => {
  const [gmv = null] = today.figures;
  const narrowed: DayMinutes = { ...today, figures: [gmv, null, null, null, gmv] };
  const comparable = (['gmv', 'orders', 'aov', 'refund_rate'] as const).map((metric) => [
    compareElapsed(metric, { today: narrowed, comparison: narrowed, closed: 10 }).change,
    figureByBucket(metric, narrowed, 10, 10).length,
  ]);
  expect(comparable).toEqual([
    [0, 1],
    [null, 0],
    [null, 0],
    [0, 1],
  ]);
});

test('a comparison day shorter by a change of clocks counts whole once it is over', () => {
  const short = day(1380, [200, 2, 2, 2, 10]);
  expect(compareElapsed('gmv', { today, comparison: short, closed: 1440 }).before).toBe(1380 * 200);
});

test('buckets of the small line hold closed minutes only', () => {
  expect(figureByBucket('gmv', today, 25, 10)).toEqual([3000, 3000]);
  expect(figureByBucket('aov', today, 25, 10)).toEqual([100, 100]);
});

test('what one view of a day lacks another one of it may know', () => {
  const [gmv = null, orders = null, , created = null] = today.figures;
  const narrowed: DayMinutes = { ...today, figures: [gmv, null, null, null, gmv] };
  const other = { ...today, figures: [created, orders] };
  const filled = filledBy(narrowed, { day: other, metrics: ['created_orders', 'orders'] });
  expect(filled.figures).toEqual([gmv, orders, null, created, gmv]);
  const known = (['gmv', 'orders', 'buyers', 'aov', 'payment_success_rate'] as const).map((metric) =>
    [narrowed, filled].map((of) => isKnown(metric, of)),
  );
  expect(known).toEqual([
    [true, true],
    [false, true],
    [false, false],
    [false, true],
    [false, true],
  ]);
});
