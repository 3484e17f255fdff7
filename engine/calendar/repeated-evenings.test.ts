import { expect, test } from 'vitest';
import { createBusinessCalendar } from './business-calendar.ts';
import { offsetAt } from './clock-changes.ts';
import { repeatedEvenings } from './repeated-evenings.ts';

const FROM = Date.UTC(1970, 0, 2);
const TO = Date.UTC(2040, 0, 1);
const DAY_MS = 86_400_000;
const localDate = (timeMs: number, timeZone: string): number =>
  Math.floor((timeMs + offsetAt(timeMs, timeZone)) / DAY_MS);

test.each(['America/St_Johns', 'America/Goose_Bay', 'America/Moncton', 'Antarctica/Casey'])(
  'in %s the local date is one later than the business day there, and nowhere around',
  (timeZone) => {
    const calendar = createBusinessCalendar(timeZone);
    const spans = repeatedEvenings(timeZone, FROM, TO);
    expect(spans.length).toBeGreaterThan(0);
    for (const { startMs, endMs } of spans) {
      for (const inside of [startMs, Math.floor((startMs + endMs) / 2), endMs - 1]) {
        expect(localDate(inside, timeZone) - calendar.dayOf(inside).index).toBe(1);
      }
      for (const outside of [startMs - 1, endMs]) {
        expect(localDate(outside, timeZone)).toBe(calendar.dayOf(outside).index);
      }
    }
  },
);

test.each([
  'Asia/Shanghai',
  'Europe/London',
  'America/New_York',
  'America/Havana',
  'America/Sao_Paulo',
  'UTC',
])('in %s clocks never go back over midnight', (timeZone) =>
  expect(repeatedEvenings(timeZone, FROM, TO)).toEqual([]),
);
