import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import { appendEvent } from '../../events/encode-event.ts';
import { createEventBatch, type EventBatch } from '../../events/event-batch.ts';
import { ORDER_SCHEMA, type Schema } from '../../events/order-schema.ts';
import { createRateSchedule } from './first-schedule.ts';
import { createSimulatedHistory } from './simulated-columns.ts';
import { createSimulatorSource } from './simulator-source.ts';

const calendar = createBusinessCalendar('Asia/Shanghai');
const nowMs = calendar.dayOfLabel('2026-11-11').startMs + 13 * 3_600_000;
const given = { seed: 4711, currency: 'EUR', calendar, nowMs, eventsPerSecond: 200, sampleEvents: 1_000_000 };
const schedule = createRateSchedule(given);
/** A user's own dimension: the simulator knows nothing of it. */
const schema: Schema = [
  ...ORDER_SCHEMA,
  { name: 'campaign', kind: 'category', nullable: true, about: 'own dimension' },
  { name: 'coins', kind: 'integer', nullable: true, about: 'own measure' },
];
const history = createSimulatedHistory({ schedule, calendar, schema });
const firstLive = history.timetable.offsetAt(nowMs);

interface Setting {
  readonly fromOffset: number;
  readonly toOffset?: number;
  readonly batchCapacity?: number;
  readonly clock?: { now(): number };
  readonly dictionaries?: Dictionaries;
}

const open = (setting: Setting) =>
  createSimulatorSource({
    schedule,
    calendar,
    schema,
    dictionaries: createDictionaries(schema, 100_000),
    clock: { now: () => nowMs + 3_600_000 },
    ...setting,
  });

/** Every value of a row, categories as text: comparable between dictionaries. */
function rowText(batch: EventBatch, dictionaries: Dictionaries, row: number): string {
  const values = schema.map(({ name, kind }) => {
    if (kind === 'id128') return batch.eventId.map((lane) => lane[row]).join(':');
    if (kind === 'id64') return `${batch.ids[name]?.lo[row]}:${batch.ids[name]?.hi[row]}`;
    if (kind === 'category') return dictionaries[name]?.valueOf(batch.categories[name]?.[row] ?? -1);
    return batch.numbers[name]?.[row];
  });
  return values.join('|');
}

async function readAll(setting: Setting): Promise<string[]> {
  const dictionaries = createDictionaries(schema, 100_000);
  const source = open({ ...setting, dictionaries });
  const rows: string[] = [];
  for (;;) {
    const polled = await source.poll();
    if (polled.kind !== 'batch') return rows;
    for (let row = 0; row < polled.batch.length; row++) {
      rows.push(`${polled.batch.recordTimeMs?.[row]}|${rowText(polled.batch, dictionaries, row)}`);
    }
    expect(polled.nextOffset).toBe(String(setting.fromOffset + rows.length));
  }
}

describe('the simulator as a source', () => {
  it('gives the same events from any offset, in batches of any size', async () => {
    const whole = await readAll({ fromOffset: 500_000, toOffset: 504_000 });
    expect(new Set(whole).size).toBeGreaterThan(3_990);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 3_999 }),
        fc.integer({ min: 1, max: 700 }),
        fc.integer({ min: 1, max: 999 }),
        async (from, count, batchCapacity) => {
          const to = Math.min(4_000, from + count);
          const part = await readAll({ fromOffset: 500_000 + from, toOffset: 500_000 + to, batchCapacity });
          expect(part).toEqual(whole.slice(from, to));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('gives exactly what its text columns encode to, hash for hash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3_000_000 }), async (from) => {
        const count = 400;
        const columns = history.columns(from, from + count);
        const dictionaries = createDictionaries(schema, 100_000);
        const batch = createEventBatch(schema, count);
        for (let row = 0; row < count; row++) {
          const event = Object.entries(columns).map(([name, values]) => [name, values[row] ?? null]);
          appendEvent(batch, schema, dictionaries, Object.fromEntries(event));
        }
        const expected = Array.from({ length: count }, (_, row) => rowText(batch, dictionaries, row));
        const clock = { now: () => Number.MAX_SAFE_INTEGER };
        const given = await readAll({ fromOffset: from, toOffset: from + count, clock });
        expect(given.map((text) => text.slice(text.indexOf('|') + 1))).toEqual(expected);
      }),
      { numRuns: 12 },
    );
  });

  it('never gives an event before its time, then waits a little, then goes on', async () => {
    let now = nowMs;
    const source = open({ fromOffset: firstLive - 10_000, clock: { now: () => now } });
    let last = 0;
    let next = '';
    const drain = async (): Promise<void> => {
      for (;;) {
        const polled = await source.poll();
        if (polled.kind !== 'batch') {
          expect(polled).toMatchObject({ kind: 'idle' });
          if (polled.kind === 'idle') expect(polled.retryAfterMs).toBeGreaterThanOrEqual(20);
          if (polled.kind === 'idle') expect(polled.retryAfterMs).toBeLessThanOrEqual(50);
          return;
        }
        for (const timeMs of polled.batch.recordTimeMs?.subarray(0, polled.batch.length) ?? []) {
          expect(timeMs).toBeGreaterThanOrEqual(last);
          expect(timeMs).toBeLessThanOrEqual(now);
          last = timeMs;
        }
        expect(polled.replaying).toBe(last < now - 2_000);
        next = polled.nextOffset;
      }
    };
    await drain();
    expect(Number(next)).toBeGreaterThanOrEqual(firstLive);
    const before = Number(next);
    now += 1_000;
    await drain();
    // 200 a second at the peak, a fifth of it at one o'clock.
    expect(Number(next) - before).toBeGreaterThan(25);
    expect(Number(next) - before).toBeLessThan(60);
  });

  it('draws other events for another seed', async () => {
    const other = createSimulatorSource({
      schedule: createRateSchedule({ ...given, seed: 4712 }),
      calendar,
      schema,
      dictionaries: createDictionaries(schema, 100_000),
      clock: { now: () => nowMs },
      fromOffset: 1_000,
      batchCapacity: 100,
    });
    const [mine] = await readAll({ fromOffset: 1_000, toOffset: 1_001 });
    const polled = await other.poll();
    expect(polled.kind).toBe('batch');
    if (polled.kind === 'batch') {
      expect(mine).not.toContain(`|${polled.batch.numbers.amount_minor?.[0]}|EUR`);
    }
  });
});
