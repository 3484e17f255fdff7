import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type BusinessCalendar,
  type BusinessDay,
  createBusinessCalendar,
  hourSlot,
  minuteSlot,
} from './business-calendar.ts';
import { wholeMinutesFrom } from './clock-changes.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ZONES = Intl.supportedValuesOf('timeZone');
const FIRST = Date.UTC(1970, 0, 1);
const LAST = Date.UTC(2100, 0, 1);

/** The wall clock of a zone by Intl alone, as if it were UTC: shares no code with the calendar. */
function wallClock(timeZone: string): (timeMs: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (timeMs) => {
    const part = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
    for (const { type, value } of format.formatToParts(timeMs)) {
      if (type in part) part[type as keyof typeof part] = Number(value);
    }
    const { year, month, day, hour, minute, second } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) + (((timeMs % 1000) + 1000) % 1000);
  };
}

type Wall = ReturnType<typeof wallClock>;
const dateOf = (wallMs: number): string => new Date(wallMs).toISOString().slice(0, 10);

/** The local date, or an earlier one that comes again within hours: a day ends when its date does for good. */
function businessDate(wall: Wall, timeMs: number): string {
  const date = dateOf(wall(timeMs));
  if (wall(timeMs) % (24 * HOUR) >= 4 * HOUR) return date;
  for (let ahead = 0; ahead <= 4 * HOUR; ahead += 10 * MINUTE) {
    const later = dateOf(wall(timeMs + ahead));
    if (later < date) return later;
  }
  return date;
}

/** Instants at which the zone's offset changes within a year. */
function clockChanges(wall: Wall, year: number): number[] {
  const offset = (timeMs: number): number => wall(timeMs) - timeMs;
  const changes: number[] = [];
  for (let month = 0; month < 12; month++) {
    let [low, high] = [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)];
    if (offset(low) === offset(high)) continue;
    const before = offset(low);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offset(middle) === before) low = middle;
      else high = middle;
    }
    changes.push(high);
  }
  return changes;
}

/** What is wrong with a day, by its local times; plain comparisons, as there are millions of them. */
function flawsOfDay(calendar: BusinessCalendar, wall: Wall, day: BusinessDay): string[] {
  const { index, label, month, startMs, endMs, hourStartsMs, hourOfDay } = day;
  const flaws: string[] = [];
  const check = (holds: boolean, what: string): void => {
    if (!holds) flaws.push(`${calendar.timeZone} ${label}: ${what}`);
  };
  check(dateOf(index * 24 * HOUR) === label && label.startsWith(month), 'index and names agree');
  check(calendar.dayOfLabel(label) === day, 'its label finds it');
  check(calendar.dayOfIndex(index - 1).endMs === startMs, 'it begins where the day before ends');
  check(calendar.dayOfIndex(index + 1).startMs === endMs, 'it ends where the next day begins');
  check(hourOfDay.length === hourStartsMs.length && hourStartsMs[0] === startMs, 'hours begin with it');
  for (const [slot, start] of hourStartsMs.entries()) {
    const end = hourStartsMs[slot + 1] ?? endMs;
    const [first, last] = [wall(start), wall(end - 1)];
    check(end > start && end - start <= HOUR, `hour ${slot} is an hour or a part of one`);
    check(Math.floor(first / HOUR) === Math.floor(last / HOUR), `hour ${slot} has one local hour`);
    check(last - first === end - 1 - start, `hour ${slot} has one offset`);
    check(new Date(first).getUTCHours() === hourOfDay[slot], `hour ${slot} is named by its local hour`);
    const cut = end !== endMs && (last + 1) % HOUR !== 0;
    if (cut) check(wall(end) !== last + 1, `hour ${slot} is cut only by a clock change`);
  }
  return flaws;
}

function flawsOfInstant(calendar: BusinessCalendar, wall: Wall, timeMs: number): string[] {
  const day = calendar.dayOf(timeMs);
  const hour = hourSlot(day, timeMs);
  const local = wall(timeMs);
  const flaws: string[] = [];
  const check = (holds: boolean, what: string): void => {
    if (!holds) flaws.push(`${calendar.timeZone} ${new Date(timeMs).toISOString()}: ${what}`);
  };
  check(day.startMs <= timeMs && timeMs < day.endMs, 'its day holds it');
  check(
    day.label === businessDate(wall, timeMs),
    `its day is ${businessDate(wall, timeMs)}, not ${day.label}`,
  );
  check(day.hourStartsMs[hour]! <= timeMs, 'its hour holds it');
  check((day.hourStartsMs[hour + 1] ?? day.endMs) > timeMs, 'its hour ends after it');
  check(day.hourOfDay[hour] === new Date(local).getUTCHours(), 'its hour is the local one');
  // Liberia was seconds off until 1972: plans take no events of that time.
  if (timeMs < wholeMinutesFrom(FIRST, calendar.timeZone)) return flaws;
  const minute = timeMs - (timeMs % MINUTE);
  check(minuteSlot(day, timeMs) === (minute - day.startMs) / MINUTE, 'minutes count from the day’s start');
  for (const edge of [minute, minute + MINUTE - 1]) {
    const whole = calendar.dayOf(edge) === day && hourSlot(day, edge) === hour;
    check(
      whole && minuteSlot(day, edge) === minuteSlot(day, timeMs),
      'its minute is within one day and hour',
    );
  }
  return flaws;
}

test('in every zone each instant from 1970 to 2100 has one day, hour, minute and month, those of its local time', () => {
  const anywhere = fc.integer({ min: FIRST, max: LAST - 1 });
  const nearby = fc.oneof(
    fc.constantFrom(-1, 0, 1, -MINUTE, MINUTE),
    fc.integer({ min: -4 * HOUR, max: 4 * HOUR }),
    fc.integer({ min: -30 * HOUR, max: 30 * HOUR }),
  );
  const drawn = fc.record({
    anywhere,
    year: fc.oneof(fc.integer({ min: 1970, max: 2030 }), fc.integer({ min: 1970, max: 2099 })),
    nearby: fc.array(nearby, { minLength: 3, maxLength: 3 }),
  });
  expect(ZONES.length).toBeGreaterThan(300);
  for (const timeZone of ZONES) {
    const calendar = createBusinessCalendar(timeZone);
    const wall = wallClock(timeZone);
    fc.assert(
      fc.property(drawn, ({ anywhere: timeMs, year, nearby: shifts }) => {
        const changes = clockChanges(wall, year);
        const instants = changes.flatMap((change) => shifts.map((shift) => change + shift));
        const days = [timeMs, ...changes, ...changes.map((change) => change - 1)].map(calendar.dayOf);
        expect([
          ...[timeMs, ...instants].flatMap((instant) => flawsOfInstant(calendar, wall, instant)),
          ...days.flatMap((day) => flawsOfDay(calendar, wall, day)),
        ]).toEqual([]);
      }),
      { numRuns: 3 },
    );
  }
});

describe('a month', () => {
  test('is the days of its name, from the first to the last, leap days and year ends included', () => {
    for (const timeZone of ['Asia/Shanghai', 'America/New_York', 'Pacific/Apia', 'Africa/Casablanca']) {
      const calendar = createBusinessCalendar(timeZone);
      const year = fc.oneof(
        fc.constantFrom(1970, 1999, 2000, 2011, 2099),
        fc.integer({ min: 1970, max: 2099 }),
      );
      fc.assert(
        fc.property(year, fc.integer({ min: 1, max: 12 }), (y, m) => {
          const month = `${y}-${String(m).padStart(2, '0')}`;
          const first = calendar.dayOfLabel(`${month}-01`);
          const length = new Date(Date.UTC(y, m, 0)).getUTCDate();
          const labels = Array.from({ length }, (_, i) => calendar.dayOfIndex(first.index + i));
          expect(labels.map((day) => day.label)).toEqual(
            Array.from({ length }, (_, i) => `${month}-${String(i + 1).padStart(2, '0')}`),
          );
          expect(new Set(labels.map((day) => day.month))).toEqual(new Set([month]));
          expect(calendar.dayOfIndex(first.index - 1).month).not.toBe(month);
          expect(calendar.dayOfIndex(first.index + length).month).not.toBe(month);
        }),
        { numRuns: 15 },
      );
    }
  });
});

/** What zones really did, by the tz database's own comments: hours of each day. */
test.each([
  ['Pacific/Apia', '2011-12-29', 24, 'the day before the date line moved'],
  ['Pacific/Apia', '2011-12-30', 0, 'left out'],
  ['Pacific/Apia', '2011-12-31', 24, 'the day after'],
  ['Pacific/Kwajalein', '1993-08-21', 0, 'left out'],
  ['Pacific/Kiritimati', '1994-12-31', 0, 'left out'],
  ['Australia/Lord_Howe', '2024-04-07', 24.5, 'half an hour back'],
  ['Australia/Lord_Howe', '2024-10-06', 23.5, 'half an hour forward'],
  ['Asia/Kathmandu', '1986-01-01', 23.75, 'from +5:30 to +5:45'],
  ['Asia/Pyongyang', '2015-08-14', 24.5, 'from +9 to +8:30 at midnight'],
  ['Asia/Pyongyang', '2018-05-04', 23.5, 'back to +9 at 23:30'],
  ['America/Caracas', '2007-12-09', 24.5, 'from −4 to −4:30'],
  ['America/Caracas', '2016-05-01', 23.5, 'back to −4'],
  ['Europe/Volgograd', '2018-10-28', 23, 'to Samara’s time'],
  ['Europe/Volgograd', '2020-12-27', 25, 'back to Moscow’s'],
  ['Africa/Cairo', '2023-04-28', 23, 'without its first hour'],
  ['Africa/Cairo', '2023-10-26', 25, 'with its last hour twice'],
  ['Africa/Casablanca', '2024-03-10', 25, 'Ramadan begins'],
  ['Africa/Casablanca', '2024-04-14', 23, 'Ramadan is over'],
  ['America/Sao_Paulo', '2018-11-04', 23, 'without its first hour'],
  ['America/Havana', '2024-11-03', 25, 'with its first hour twice'],
  ['America/St_Johns', '2010-11-06', 25, 'clocks go back at 00:01 of the next date'],
  ['America/St_Johns', '2010-11-07', 24, 'and that minute was the day before’s'],
  ['Antarctica/Casey', '2010-03-04', 27, 'three hours back over midnight'],
  ['Antarctica/Troll', '2024-03-31', 22, 'two hours forward'],
  ['Antarctica/Vostok', '1994-01-31', 31, 'seven hours back'],
  ['America/New_York', '2024-02-29', 24, 'a leap day'],
  ['Europe/London', '2024-03-31', 23, 'clocks go forward'],
  ['Europe/London', '2024-10-27', 25, 'clocks go back'],
])('in %s the day %s has %d hours: %s', (timeZone, label, hours) => {
  const calendar = createBusinessCalendar(timeZone);
  const day = calendar.dayOfLabel(label);
  expect((day.endMs - day.startMs) / HOUR).toBe(hours);
  if (hours > 0) expect(calendar.dayOf(day.startMs)).toBe(day);
});
