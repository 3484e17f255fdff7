import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { DEFAULT_LIMITS } from '../../plan/default-limits.ts';
import { type DayRange, daysOfGroup, overlaps, planUnits, type ReplayGroup } from './replay-units.ts';

const bounds = { from: 0, to: 47_000 };
const range = fc
  .tuple(fc.integer({ min: 100, max: 400 }), fc.integer({ min: 0, max: 30 }))
  .map(([from, length]): DayRange => ({ from, to: from + length }));
const groupsOf = (list: readonly (DayRange | null)[]): ReplayGroup[] =>
  list.map((days, group) => ({ file: group % 3, group, rows: 1000, days }));
const groups = fc.array(fc.option(fc.oneof(range, fc.constant(bounds))), { maxLength: 40 }).map(groupsOf);
const counts = fc.integer({ min: 1, max: 9 });

test('units divide the days without gap or overlap, and each reads every group that may hold its events', () => {
  fc.assert(
    fc.property(groups, counts, fc.option(range), (list, units, days) => {
      const planned = planUnits({ groups: list, units, days, bounds });
      const wanted = days ?? bounds;
      expect(planned.length).toBeLessThanOrEqual(units);
      expect(planned[0]?.days.from).toBe(wanted.from);
      expect(planned.at(-1)?.days.to).toBe(wanted.to);
      for (const [i, unit] of planned.entries()) {
        expect(unit.days.from).toBeLessThanOrEqual(unit.days.to);
        if (i > 0) expect(unit.days.from).toBe((planned[i - 1]?.days.to ?? 0) + 1);
        const read = unit.groups.map(({ group }) => group);
        for (const { group, days: held } of list) {
          if (held) expect(read.includes(group)).toBe(overlaps(held, unit.days));
        }
      }
    }),
  );
});

test('rows without a day are owned once when all days are replayed, and by no one when days are chosen', () => {
  fc.assert(
    fc.property(groups, counts, fc.option(range), (list, units, days) => {
      const planned = planUnits({ groups: list, units, days, bounds });
      const owned = planned.flatMap((unit) => unit.groups.filter(({ ownsUndated }) => ownsUndated));
      const ids = owned.map(({ group }) => group).sort((a, b) => a - b);
      expect(ids).toEqual(days === null ? list.map(({ group }) => group) : []);
    }),
  );
});

test('units read their groups by first day', () => {
  fc.assert(
    fc.property(groups, counts, (list, units) => {
      for (const unit of planUnits({ groups: list, units, days: null, bounds })) {
        const first = unit.groups.map(({ days }) => days?.from ?? Number.NEGATIVE_INFINITY);
        expect(first).toEqual([...first].sort((a, b) => a - b));
      }
    }),
  );
});

test('a year of equal days falls into equal units', () => {
  const days = Array.from({ length: 360 }, (_, i) => ({ from: 1000 + i, to: 1000 + i }));
  const planned = planUnits({ groups: groupsOf(days), units: 4, days: null, bounds });
  expect(planned.map((unit) => unit.groups.length)).toEqual([90, 90, 90, 90]);
});

test('statistics are cut to the plan’s bounds, and a group outside of them holds no day', () => {
  const calendar = createBusinessCalendar('America/New_York');
  const day = (label: string): number => calendar.dayOfLabel(label).index;
  const of = (min: string | null, max: string | null): DayRange | null =>
    daysOfGroup(
      { minTimeMs: min === null ? null : Date.parse(min), maxTimeMs: max === null ? null : Date.parse(max) },
      DEFAULT_LIMITS,
      calendar,
    );
  expect(of('2024-05-01T03:59:59.999Z', '2024-05-01T04:00:00Z')).toEqual({
    from: day('2024-04-30'),
    to: day('2024-05-01'),
  });
  expect(of('1601-01-01T00:00:00Z', '2024-05-01T12:00:00Z')).toEqual({
    from: day('1969-12-31'),
    to: day('2024-05-01'),
  });
  expect(of('9999-01-01T00:00:00Z', '9999-01-02T00:00:00Z')).toBeNull();
  expect(of(null, null)).toEqual({ from: day('1969-12-31'), to: day('2099-12-31') });
});
