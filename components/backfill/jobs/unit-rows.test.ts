import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JobUnit } from '../../../engine/protocol/jobs.ts';
import { moveUnit, placeOfDay, unitRows } from './unit-rows.ts';

const unit = (day: string): JobUnit => {
  return { day, state: 'done', cached: false, rows: 1, seconds: 1, attempts: 1, problem: null };
};
const dayOf = (n: number) => new Date(Date.UTC(2025, 11, 20 + n)).toISOString().slice(0, 10);
const daysOf = (rows: ReturnType<typeof unitRows>) =>
  rows.flatMap(({ cells }) => cells.flatMap((cell) => (cell ? [cell.day] : [])));

test('a row is a month, each day at the place of its number, over the year’s end too', () => {
  const rows = unitRows(['2025-12-30', '2025-12-31', '2026-01-01', '2026-01-31'].map(unit), 31);
  expect(rows.map(({ month, cells }) => [month, cells.map((cell) => (cell ? 1 : 0)).join('')])).toEqual([
    ['2025-12', `${'0'.repeat(29)}11`],
    ['2026-01', `1${'0'.repeat(29)}1`],
  ]);
});

test('where there is less room a month goes on in further rows, without those that hold no day', () => {
  const rows = unitRows(['2026-01-01', '2026-01-31', '2026-02-01'].map(unit), 8);
  expect(rows.map(({ month, first }) => [month, first])).toEqual([
    ['2026-01', true],
    ['2026-01', false],
    ['2026-02', true],
  ]);
  expect(placeOfDay(rows, '2026-01-31')).toEqual({ row: 1, column: 6 });
});

test('every day stands once, in order, in rows of any width; arrows go through all of them and back', () => {
  const someDays = fc
    .uniqueArray(fc.nat({ max: 150 }), { minLength: 1 })
    .map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(someDays, fc.constantFrom(31, 16, 11, 8), (numbers, perRow) => {
      const days = numbers.map(dayOf);
      const rows = unitRows(days.map(unit), perRow);
      expect(daysOf(rows)).toEqual(days);
      days.forEach((day, i) => {
        expect(moveUnit(rows, day, 'ArrowRight')).toBe(days[Math.min(days.length - 1, i + 1)]);
        expect(moveUnit(rows, day, 'ArrowLeft')).toBe(days[Math.max(0, i - 1)]);
        for (const [key, step] of [
          ['ArrowDown', 1],
          ['ArrowUp', -1],
        ] as const) {
          const from = placeOfDay(rows, day)?.row ?? 0;
          const to = placeOfDay(rows, moveUnit(rows, day, key) ?? '')?.row;
          expect(to).toBe(Math.min(rows.length - 1, Math.max(0, from + step)));
        }
      });
      expect(moveUnit(rows, days[0] ?? '', 'End')).toBe(days.at(-1));
      expect(moveUnit(rows, days.at(-1) ?? '', 'Home')).toBe(days[0]);
      expect(moveUnit(rows, days[0] ?? '', 'x')).toBeNull();
    }),
  );
});
