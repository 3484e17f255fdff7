import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayLabel, dayNumber } from './day-number.ts';
import {
  countDays,
  type DaySpans,
  daySpans,
  daysBetween,
  daysOfLabels,
  daysOfText,
  hasDay,
  shortTextOfDays,
  spansOfDays,
  textOfDays,
  withDays,
  withoutDays,
} from './day-spans.ts';

const anySpan = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 }));
const anySpans = fc.array(anySpan, { maxLength: 12 });
const anyDays = anySpans.map((spans) => daySpans(spans));

const naive = (spans: readonly (readonly [number, number])[]): Set<number> => {
  const days = new Set<number>();
  for (const [first, last] of spans) for (let day = first; day <= last; day++) days.add(day);
  return days;
};

function expectDays(days: DaySpans, wanted: ReadonlySet<number>): void {
  expect([...naive(days)].sort((a, b) => a - b)).toEqual([...wanted].sort((a, b) => a - b));
  expect(countDays(days)).toBe(wanted.size);
  for (let day = -1; day <= 41; day++) expect(hasDay(days, day)).toBe(wanted.has(day));
  for (const [index, [first]] of days.entries())
    expect(first).toBeGreaterThan((days[index - 1]?.[1] ?? Number.NEGATIVE_INFINITY) + 1);
}

it('spans in any order, overlapping or touching, are the same set as their days', () => {
  fc.assert(fc.property(anySpans, (spans) => expectDays(daySpans(spans), naive(spans))));
});

it('days are added and taken away as from a set', () => {
  fc.assert(
    fc.property(anyDays, anyDays, (a, b) => {
      expectDays(withDays(a, b), naive([...a, ...b]));
      expectDays(withoutDays(a, b), new Set([...naive(a)].filter((day) => !naive(b).has(day))));
    }),
  );
});

it('a selection is the same after its way through the address', () => {
  fc.assert(
    fc.property(anyDays, (days) => {
      const moved = days.map(([first, last]) => [first + 20_750, last + 20_750] as const);
      expect(daysOfText(textOfDays(moved))).toEqual(moved);
      expect(daysOfLabels([...naive(moved)].map(dayLabel))).toEqual(moved);
    }),
  );
});

it('a thousand scattered days fit into an address and come back', () => {
  const scattered = fc.uniqueArray(fc.integer({ min: 18_000, max: 25_000 }), {
    minLength: 800,
    maxLength: 1000,
  });
  fc.assert(
    fc.property(scattered, (days) => {
      const chosen = daySpans(days.map((day) => [day, day] as const));
      const text = shortTextOfDays(chosen);
      expect(text.length).toBeLessThan(5000);
      expect(daysOfText(text)).toEqual(chosen);
    }),
    { numRuns: 20 },
  );
});

it('both ends of a span may come first', () => {
  expect(daysBetween(7, 3)).toEqual(daysBetween(3, 7));
  expect(spansOfDays(daysOfText('2026-12-30..2027-01-02, 2026-11-11') ?? [])).toEqual([
    { from: '2026-11-11', to: '2026-11-11' },
    { from: '2026-12-30', to: '2027-01-02' },
  ]);
});

it.each([
  '2026-02-30',
  '2026-13-01',
  '2026-1-1',
  '2026-11-12..2026-11-11',
  '2026-11-11..',
  'x',
  '2026-11-01..2026-11-02..2026-11-03',
  '~',
  '~fz3-',
  '~zzzzz',
])('"%s" is no days', (text) => {
  expect(daysOfText(text)).toBeNull();
});

it('a date that no calendar has is no day', () => {
  expect(dayNumber('2027-02-29')).toBeNull();
  expect(dayLabel(dayNumber('2028-02-29') ?? 0)).toBe('2028-02-29');
});
