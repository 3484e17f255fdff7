import { expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import type { ViewRange } from '../../protocol/view.ts';
import { resolveRange } from './resolve-range.ts';

const calendar = createBusinessCalendar('Asia/Shanghai');
const resolve = (range: ViewRange, today: string) => {
  const { days, note } = resolveRange({ range, calendar, today: calendar.dayOfLabel(today) });
  return { days: days.map(({ label }) => label), note };
};

it('compares with the same month and day one year before, and says so where there is none', () => {
  expect(resolve({ kind: 'comparison' }, '2026-11-11')).toEqual({ days: ['2025-11-11'], note: null });
  expect(resolve({ kind: 'comparison' }, '2024-02-29')).toEqual({
    days: ['2023-02-28'],
    note: '2024-02-29 is compared with 2023-02-28, as that year had no 29 February.',
  });
});

it('counts days back from today, today included', () => {
  expect(resolve({ kind: 'last_days', count: 3 }, '2024-03-01').days).toEqual([
    '2024-02-28',
    '2024-02-29',
    '2024-03-01',
  ]);
  expect(resolve({ kind: 'days', from: '2010-12-31', to: '2011-01-01' }, '2024-03-01').days).toEqual([
    '2010-12-31',
    '2011-01-01',
  ]);
});
