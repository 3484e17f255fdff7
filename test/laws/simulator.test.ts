import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDictionaries } from '../../engine/events/create-dictionaries.ts';
import type { EventBatch } from '../../engine/events/event-batch.ts';
import { ORDER_SCHEMA } from '../../engine/events/order-schema.ts';
import { createRateSchedule } from '../../engine/sources/simulator/first-schedule.ts';
import { type RateSchedule, withRate } from '../../engine/sources/simulator/rate-schedule.ts';
import { createSimulatorSource } from '../../engine/sources/simulator/simulator-source.ts';
import { createTimetable } from '../../engine/sources/simulator/timetable.ts';
import { calendarOf } from './generated-days.ts';
import { cases, expectSame } from './law.ts';

const settings = fc.record({
  seed: fc.nat(0xffff_ffff),
  timeZone: fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'),
  /** A start around a change of clocks, a leap day or a year's end, at any hour. */
  day: fc.constantFrom('2026-11-11', '2026-03-29', '2026-11-01', '2028-02-29', '2026-01-01'),
  hour: fc.integer({ min: 0, max: 22 }),
  eventsPerSecond: fc.constantFrom(50, 1_000, 50_000),
  sampleEvents: fc.constantFrom(2_000, 200_000),
});

interface Reading {
  readonly schedule: RateSchedule;
  readonly from: number;
  readonly to: number;
  readonly capacity: number;
  /** What the clock says at each poll. */
  readonly clock: () => number;
}

/** Offset → all that an event is, categories as text. */
async function read({ schedule, from, to, capacity, clock }: Reading): Promise<string[]> {
  const dictionaries = createDictionaries(ORDER_SCHEMA, 1_000_000);
  const source = createSimulatorSource({
    schedule,
    calendar: calendarOf(schedule.timeZone),
    schema: ORDER_SCHEMA,
    dictionaries,
    clock: { now: clock },
    fromOffset: from,
    toOffset: to,
    batchCapacity: capacity,
  });
  const events: string[] = [];
  for (let idle = 0; idle < 10_000; ) {
    const polled = await source.poll();
    if (polled.kind === 'end') return events;
    if (polled.kind === 'idle') idle++;
    else {
      for (let row = 0; row < polled.batch.length; row++) events.push(textOf(polled.batch, row));
      expect(polled.nextOffset).toBe(String(from + events.length));
    }
  }
  throw new Error('the source waits for ever');

  function textOf(batch: EventBatch, row: number): string {
    const values = ORDER_SCHEMA.map(({ name, kind }) => {
      if (kind === 'id128') return batch.eventId.map((lane) => lane[row]).join(':');
      if (kind === 'id64') return `${batch.ids[name]?.hi[row]}:${batch.ids[name]?.lo[row]}`;
      if (kind === 'category') return dictionaries[name]?.valueOf(batch.categories[name]?.[row] ?? -1);
      return batch.numbers[name]?.[row];
    });
    return [batch.recordTimeMs?.[row], ...values].join('|');
  }
}

it('replay from any offset of any schedule is identical: in other batches, behind the clock or following it', async () => {
  await fc.assert(
    fc.asyncProperty(
      settings,
      fc.record({
        at: fc.nat(),
        skip: fc.nat(400),
        count: fc.integer({ min: 1, max: 300 }),
        capacity: fc.integer({ min: 1, max: 200 }),
      }),
      async ({ timeZone, day, hour, ...given }, { at, skip, count, capacity }) => {
        const calendar = calendarOf(timeZone);
        const nowMs = calendar.dayOfLabel(day).startMs + hour * 3_600_000;
        const schedule = createRateSchedule({ ...given, calendar, nowMs, currency: 'CNY' });
        const timetable = createTimetable({ schedule, calendar });
        const firstLive = timetable.offsetAt(nowMs);
        // Anywhere in the sample, across its end, or in what is still to come.
        const from = at % (firstLive + 5_000);
        const whole = await read({
          schedule,
          from,
          to: from + skip + count,
          capacity: 4_096,
          clock: () => Number.MAX_SAFE_INTEGER,
        });
        const part = { from: from + skip, to: from + skip + count };
        const later = { schedule, ...part, capacity, clock: () => Number.MAX_SAFE_INTEGER };
        expectSame(await read(later), whole.slice(skip));

        // Following: the clock goes on a little with every poll, and no event comes before its time.
        let now = timetable.timeOf(part.from) - 1_000;
        const stepMs = Math.max(100, (timetable.timeOf(part.to) - now) / 40);
        expectSame(await read({ ...later, clock: () => (now += stepMs) }), whole.slice(skip));

        // Another rate from an instant on leaves every event before it as it was.
        const changeMs = Math.max(nowMs, timetable.timeOf(part.to)) + 1;
        const faster = withRate(schedule, changeMs, 77);
        expectSame(await read({ ...later, schedule: faster }), whole.slice(skip));
      },
    ),
    cases(25),
  );
});
