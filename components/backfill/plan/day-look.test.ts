import { expect, it } from 'vitest';
import type { CoverageDay } from '../../../engine/protocol/coverage.ts';
import { dayLook, HEAT_LEVELS, heatOf, lackingDays } from './day-look.ts';

const day = (facts: Partial<CoverageDay>): CoverageDay => ({
  day: '2026-11-11',
  state: 'published',
  dirt: [],
  staleMetrics: [],
  inFiles: true,
  rows: 0,
  published: null,
  ...facts,
});

it('what asks for a repair is shown before what only lacks a metric', () => {
  const dirt = [{ why: 'late', events: 3 }] as const;
  expect(dayLook(day({ dirt, staleMetrics: ['units'] }))).toBe('dirty');
  expect(dayLook(day({ staleMetrics: ['units'] }))).toBe('stale');
  expect(dayLook(day({ state: 'missing', staleMetrics: ['units'] }))).toBe('missing');
  expect(dayLook(day({ state: 'live', dirt }))).toBe('live');
});

it('heat tells days apart though one is far above all others', () => {
  const rows = [10, 20, 30, 40, 50, 60, 70, 1_000_000];
  const heat = heatOf(rows);
  expect(rows.map(heat)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
  expect([heat(0), heat(5), heat(2_000_000)]).toEqual([0, 1, HEAT_LEVELS]);
  expect(heatOf([])(1)).toBe(1);
});

it('days that lack a metric are listed by metric, the most first', () => {
  const days = [
    day({ day: '2026-11-01', staleMetrics: ['units'] }),
    day({ day: '2026-11-02', staleMetrics: ['orders', 'units'] }),
    day({ day: '2026-11-03', state: 'missing', staleMetrics: ['orders'] }),
  ];
  expect(lackingDays(days)).toEqual([
    { metric: 'units', days: ['2026-11-01', '2026-11-02'] },
    { metric: 'orders', days: ['2026-11-02'] },
  ]);
});
